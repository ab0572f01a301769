using MessagePack;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Contracts.Membership;

/// <summary>What a member tells of itself, sent at each change of phase and with each heartbeat.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record MemberReport
{
    [Id(0), Key(0)] public required string JobId { get; init; }
    [Id(1), Key(1)] public required int Attempt { get; init; }
    [Id(2), Key(2)] public required int Generation { get; init; }
    [Id(3), Key(3)] public required string WorkerId { get; init; }
    [Id(4), Key(4)] public required string Incarnation { get; init; }

    /// <summary>
    /// Last completed step; −1 while it holds no state of the job. For <see cref="MemberPhase.Halted"/> it is final: this member
    /// completes no further step of the generation.
    /// </summary>
    [Id(5), Key(5)] public required int Step { get; init; }

    [Id(6), Key(6)] public required MemberPhase Phase { get; init; }

    /// <summary>For <see cref="MemberPhase.Faulted"/>: what happened, for people; otherwise empty.</summary>
    [Id(7), Key(7)] public required string Detail { get; init; }

    /// <summary>For <see cref="MemberPhase.Faulted"/>: whether another attempt can mend it (a lost peer), or not (bad data).</summary>
    [Id(8), Key(8)] public bool Retryable { get; init; }

    /// <summary>For <see cref="MemberPhase.Done"/>.</summary>
    [Id(9), Key(9)] public JobResult? Result { get; init; }

    /// <summary>The last checkpoints that this member has committed in this attempt; null for none.</summary>
    [Id(11), Key(11)] public IReadOnlyList<WrittenCheckpoint>? Checkpoints { get; init; }

    /// <summary>
    /// For <see cref="MemberPhase.Faulted"/>: the reference of the checkpoint that the attempt should have begun from and that is
    /// missing or damaged; otherwise null.
    /// </summary>
    [Id(12), Key(12)] public string? DamagedCheckpoint { get; init; }

    /// <summary>For <see cref="MemberPhase.Halted"/>: the rank that this member has lost; null when it was told to halt.</summary>
    [Id(13), Key(13)] public int? LostRank { get; init; }

    /// <summary>Median of the milliseconds that reading and computing one replica took in the last steps; 0 while unknown.</summary>
    [Id(14), Key(14)] public double ReplicaMs { get; init; }

    /// <summary>
    /// For <see cref="MemberPhase.Halted"/>: what it holds of the optimizer's state of <see cref="Step"/>, and, where the next step's is
    /// prepared, of that as well, in case that another member has completed it; otherwise null.
    /// </summary>
    [Id(15), Key(15)] public IReadOnlyList<StateShare>? Shares { get; init; }

    /// <summary>The last checkpoint that this member could not write, or not bring to the silo, in this attempt; null for none.</summary>
    [Id(16), Key(16)] public FailedCheckpoint? FailedCheckpoint { get; init; }
}
