namespace SeqCluster.Hosts.Tests;

/// <summary>What the way between a host and the others is like, in each direction.</summary>
/// <param name="DelayMs">One way.</param>
/// <param name="MegabitsPerSecond">0: as fast as it goes.</param>
/// <param name="LossPercent">Of packets.</param>
public sealed record LinkShape(int DelayMs = 0, int MegabitsPerSecond = 0, double LossPercent = 0)
{
    /// <summary>Nothing slows it.</summary>
    public static LinkShape None { get; } = new();

    /// <summary>Whether it only limits how fast.</summary>
    public bool IsRateOnly => DelayMs == 0 && LossPercent == 0;
}
