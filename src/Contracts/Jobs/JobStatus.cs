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

    /// <summary>Optimizer updates completed in this attempt.</summary>
    [Id(8)] public required int Step { get; init; }

    [Id(9)] public required int Steps { get; init; }
    [Id(10)] public required IReadOnlyList<MemberStatus> Members { get; init; }

    /// <summary>Set when the job is completed.</summary>
    [Id(11)] public JobResult? Result { get; init; }

    [Id(12)] public required JobSpec Spec { get; init; }
}
