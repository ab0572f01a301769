namespace SeqCluster.Transfers;

/// <summary>How long the other end may be away or silent, and how soon it is asked again.</summary>
public sealed record TransferPatience
{
    /// <summary>A connection on which nothing arrives for so long counts as broken.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without progress for so long the transfer fails.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Before the second try; doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Between later tries.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);
}
