namespace SeqCluster.Collectives;

/// <summary>A member of the group is lost: the operation did not complete and the group can do nothing more.</summary>
public sealed class PeerLostException(int rank, CollectivePhase phase, long step, PeerLossCause cause, string detail)
    : Exception($"rank {rank} lost in {phase} of step {step}: {cause}, {detail}")
{
    /// <summary>The rank that was lost.</summary>
    public int Rank { get; } = rank;

    /// <summary>What this member was waiting for.</summary>
    public CollectivePhase Phase { get; } = phase;

    /// <summary>The step of the operation; −1 while joining.</summary>
    public long Step { get; } = step;

    /// <summary>Why the rank counts as lost.</summary>
    public PeerLossCause Cause { get; } = cause;

    /// <summary>What was seen.</summary>
    public string Detail { get; } = detail;
}
