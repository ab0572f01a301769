namespace SeqCluster.Contracts.Jobs;

/// <summary>What a person asks of a job: its state and the reason for it.</summary>
[GenerateSerializer, Immutable]
public sealed record JobStatus
{
    [Id(0)] public required string JobId { get; init; }
    [Id(1)] public required JobState State { get; init; }

    /// <summary>In words: why it is in that state; for a waiting job, what it waits for.</summary>
    [Id(2)] public required string Reason { get; init; }

    [Id(3)] public required DateTimeOffset SubmittedAt { get; init; }
    [Id(4)] public DateTimeOffset? StartedAt { get; init; }
    [Id(5)] public DateTimeOffset? FinishedAt { get; init; }
    [Id(6)] public required int Attempt { get; init; }
    [Id(7)] public required int Generation { get; init; }

    /// <summary>The last completed step; where it would begin again, while it has no workers.</summary>
    [Id(8)] public required int Step { get; init; }

    [Id(9)] public required int Steps { get; init; }
    [Id(10)] public required IReadOnlyList<MemberStatus> Members { get; init; }

    /// <summary>Set when the job is completed.</summary>
    [Id(11)] public JobResult? Result { get; init; }

    [Id(12)] public required JobSpec Spec { get; init; }

    /// <summary>The most workers that it takes: <c>workers.max</c>, until it is scaled.</summary>
    [Id(13)] public int WantedWorkers { get; init; }

    /// <summary>The step of the checkpoint that another attempt would begin from; 0: it would begin anew.</summary>
    [Id(14)] public int CheckpointStep { get; init; }

    /// <summary>Workers that prepare to join it, or are kept ready as hot spares; their rank is −1.</summary>
    [Id(15)] public IReadOnlyList<MemberStatus> Invited { get; init; } = [];
}
