namespace SeqCluster.Contracts.Jobs;

/// <summary>A committed checkpoint in a job's registry: a new attempt may begin from it.</summary>
[GenerateSerializer, Immutable]
public sealed record JobCheckpoint
{
    /// <summary>The last completed step in it.</summary>
    [Id(0)] public required int Step { get; init; }

    /// <summary><c>JOB/attempt-A/step-NNNNNNNNN</c>.</summary>
    [Id(1)] public required string Reference { get; init; }

    /// <summary>As in <see cref="JobResult.WeightsSha256"/>.</summary>
    [Id(2)] public required string WeightsSha256 { get; init; }

    /// <summary>As in <see cref="JobResult.StateSha256"/>: who loads it computes this hash again.</summary>
    [Id(3)] public required string StateSha256 { get; init; }

    /// <summary>All its files together.</summary>
    [Id(4)] public required long SizeBytes { get; init; }

    /// <summary>When the coordinator took it into the registry.</summary>
    [Id(5)] public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>A worker found it missing, or its hashes wrong: it is not used again.</summary>
    [Id(6)] public bool IsDamaged { get; init; }

    /// <summary>The validation loss of this very step; null when it was not evaluated.</summary>
    [Id(7)] public double? EvaluatedLoss { get; init; }

    /// <summary>Which of the job's rules keep it, for people: <c>result</c>, <c>last 2</c>, <c>every 100 steps</c>, <c>best 1</c>.</summary>
    [Id(8)] public IReadOnlyList<string> KeptAs { get; init; } = [];
}
