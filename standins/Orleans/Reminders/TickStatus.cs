namespace Orleans.Runtime;

/// <summary>When a reminder ticks, all in UTC.</summary>
[GenerateSerializer, Immutable]
public readonly struct TickStatus
{
    internal TickStatus(DateTime firstTickTime, TimeSpan period, DateTime currentTickTime)
    {
        FirstTickTime = firstTickTime;
        Period = period;
        CurrentTickTime = currentTickTime;
    }

    /// <summary>When the first tick was due.</summary>
    [Id(0)]
    public DateTime FirstTickTime { get; }

    /// <summary>The time between ticks.</summary>
    [Id(1)]
    public TimeSpan Period { get; }

    /// <summary>Now.</summary>
    [Id(2)]
    public DateTime CurrentTickTime { get; }
}
