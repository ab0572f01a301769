namespace SeqCluster.Contracts.Jobs;

/// <summary>
/// A job file after it has been checked and completed with its defaults: the desired state of one training run.
/// It never changes after submission. Field by field description, ranges and defaults: <c>seqcluster schema</c>.
/// </summary>
[GenerateSerializer, Immutable]
public sealed record JobSpec
{
    /// <summary>A short name for people; the job id begins with it. [a-z0-9-], 1 to 40 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Everything random in the job follows from this number.</summary>
    [Id(1)] public required long Seed { get; init; }

    /// <summary>Which model and its own settings.</summary>
    [Id(2)] public required ModelSpec Model { get; init; }

    /// <summary>What it is trained on.</summary>
    [Id(3)] public required DataSpec Data { get; init; }

    /// <summary>Steps, batch, optimizer, schedule.</summary>
    [Id(4)] public required TrainSpec Train { get; init; }

    /// <summary>When and how it is evaluated.</summary>
    [Id(5)] public required EvaluateSpec Evaluate { get; init; }

    /// <summary>How many workers, replicas, of which device.</summary>
    [Id(6)] public required WorkersSpec Workers { get; init; }
}
