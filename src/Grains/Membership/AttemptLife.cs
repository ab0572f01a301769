using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Grains.Membership;

/// <summary>
/// All that the coordinator knows of a job's present attempt. Stored at each change of state and when a member is done;
/// steps and phases are kept up to date in between and told again by the members' heartbeats.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record AttemptLife
{
    [Id(0)] public AttemptState State { get; init; } = AttemptState.None;
    [Id(1)] public int Attempt { get; init; }
    [Id(2)] public int Generation { get; init; }

    /// <summary>The last step that counts as completed when the generation starts.</summary>
    [Id(3)] public int StartStep { get; init; }

    [Id(4)] public string Reason { get; init; } = "no attempt was started";
    [Id(5)] public JobSpec? Spec { get; init; }

    /// <summary>The members' shared secret, new for each generation.</summary>
    [Id(6)] public byte[] Secret { get; init; } = [];

    /// <summary>In rank order.</summary>
    [Id(7)] public IReadOnlyList<AttemptMember> Members { get; init; } = [];

    [Id(8)] public JobResult? Result { get; init; }

    /// <summary>Owed to workers; repeated until they are made, and after a restart.</summary>
    [Id(9)] public IReadOnlyList<Withdrawal> Withdrawals { get; init; } = [];

    /// <summary>How many events there were; the next one's key.</summary>
    [Id(10)] public int EventCount { get; init; }

    /// <summary>Events that may not be in the event store yet.</summary>
    [Id(11)] public IReadOnlyList<JobEventDraft> Outbox { get; init; } = [];

    /// <summary>The job's committed checkpoints, of all attempts, by step (<see cref="CheckpointRegistry"/>).</summary>
    [Id(12)] public IReadOnlyList<JobCheckpoint> Checkpoints { get; init; } = [];

    /// <summary>The one that the present attempt begins from; null when it begins anew.</summary>
    [Id(13)] public JobCheckpoint? ResumesFrom { get; init; }

    /// <summary>When the members were asked to yield.</summary>
    [Id(14)] public DateTimeOffset? YieldAskedAt { get; init; }

    /// <summary>Workers that are to join; they prepare model and data meanwhile.</summary>
    [Id(15)] public IReadOnlyList<AttemptMember> Invited { get; init; } = [];

    /// <summary>The most workers that the job wants now.</summary>
    [Id(16)] public int WantedWorkers { get; init; }

    /// <summary>Since when the members are asked to leave the generation's group; null while they are not.</summary>
    [Id(17)] public DateTimeOffset? RegroupAskedAt { get; init; }

    /// <summary>Whether they shall do so at a step boundary, because nobody is lost.</summary>
    [Id(18)] public bool RegroupsAtBoundary { get; init; }

    /// <summary>The rank whose state of <see cref="StartStep"/> counts.</summary>
    [Id(19)] public int Source { get; init; }

    /// <summary>The generations of all attempts, in their order: which reports of steps count follows from it.</summary>
    [Id(20)] public IReadOnlyList<GenerationRecord> Lineage { get; init; } = [];

    /// <summary>Ids of workers that the attempt does without, because they are slow.</summary>
    [Id(21)] public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Who has left because it and another member lost each other, and may not come back yet.</summary>
    [Id(22)] public IReadOnlyList<Estrangement> Estranged { get; init; } = [];

    /// <summary>
    /// Of an attempt that is lost while a member may still train unheard: when that one has parked for certain. Until then no attempt
    /// starts without a member of this one.
    /// </summary>
    [Id(23)] public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When a report last told of a newer completed step of the generation; null before the first.</summary>
    [Id(24)] public DateTimeOffset? SteppedAt { get; init; }

    /// <summary>How long a step took then.</summary>
    [Id(25)] public TimeSpan StepTime { get; init; }

    /// <summary>The last checkpoint that a member could not write, of which an event tells.</summary>
    [Id(26)] public FailedCheckpoint? FailedCheckpoint { get; init; }

    /// <summary>Whether members work, or are told to.</summary>
    public bool IsActive => State is AttemptState.Forming or AttemptState.Training or AttemptState.Yielding or AttemptState.Regrouping;

    /// <summary>The members that are not out of the generation.</summary>
    public IEnumerable<AttemptMember> Present => Members.Where(member => !member.IsGone);
}
