using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Grains.Jobs;

/// <summary>
/// All that is known of a submitted job. Stored at each change of state; step, members and the account of waiting are kept
/// up to date in between and asked for again after a restart.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record JobLife
{
    [Id(0)] public required string JobId { get; init; }
    [Id(1)] public required JobSpec Spec { get; init; }
    [Id(2)] public required DateTimeOffset SubmittedAt { get; init; }
    [Id(3)] public required JobState State { get; init; }

    /// <summary>Why it is in that state, for people.</summary>
    [Id(4)] public required string Reason { get; init; }

    /// <summary>1 for the first one.</summary>
    [Id(5)] public int Attempt { get; init; } = 1;

    /// <summary>The coordinator's, of the present attempt; 0 before it was started.</summary>
    [Id(6)] public int Generation { get; init; }

    /// <summary>The last completed step of the present attempt; before it trains, where it begins.</summary>
    [Id(7)] public int Step { get; init; }

    [Id(8)] public IReadOnlyList<MemberStatus> Members { get; init; } = [];

    /// <summary>When it first trained.</summary>
    [Id(9)] public DateTimeOffset? StartedAt { get; init; }

    [Id(10)] public DateTimeOffset? FinishedAt { get; init; }
    [Id(11)] public JobResult? Result { get; init; }

    /// <summary>Scheduler or coordinator may hold workers for it: they are to be freed when the job no longer wants them.</summary>
    [Id(12)] public bool HoldsWorkers { get; init; }

    /// <summary>The furthest step of all ended attempts.</summary>
    [Id(13)] public int BestStep { get; init; }

    /// <summary>Ended attempts since one came further than those before it.</summary>
    [Id(14)] public int FruitlessAttempts { get; init; }

    /// <summary>How many events there were; the next one's key.</summary>
    [Id(15)] public int EventCount { get; init; }

    /// <summary>Events that may not be in the event store yet. Emptied before the next transition.</summary>
    [Id(16)] public IReadOnlyList<JobEventDraft> Outbox { get; init; } = [];

    /// <summary>The most workers that a person wants; 0: what the specification says.</summary>
    [Id(17)] public int ScaledWorkers { get; init; }

    /// <summary>The step of the checkpoint that another attempt would begin from.</summary>
    [Id(18)] public int CheckpointStep { get; init; }

    /// <summary>As the coordinator says.</summary>
    [Id(19)] public IReadOnlyList<MemberStatus> Invited { get; init; } = [];

    /// <summary>Ids of workers that the present attempt does without.</summary>
    [Id(20)] public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>R: logical data-parallel positions, and the most workers that have something to do.</summary>
    public int Replicas => Spec.Workers.Replicas == 0 ? Spec.Workers.Max : Spec.Workers.Replicas;

    /// <summary>The most workers that it takes.</summary>
    public int WantedWorkers => ScaledWorkers == 0 ? Math.Min(Spec.Workers.Max, Replicas) : ScaledWorkers;

    /// <summary>Whether the state is final.</summary>
    public bool IsFinished => State is JobState.Completed or JobState.Failed or JobState.Cancelled;

    /// <summary>Whether nothing will ever happen to it again.</summary>
    public bool IsSettled => IsFinished && !HoldsWorkers;
}
