namespace SeqCluster.Contracts.Jobs;

/// <summary>Evaluation on a fixed list of batches that does not depend on the workers.</summary>
[GenerateSerializer, Immutable]
public sealed record EvaluateSpec
{
    /// <summary>Every so many steps, and always after the last; 0 means only after the last.</summary>
    [Id(0)] public required int EverySteps { get; init; }

    /// <summary>Batches during training, 0 for the whole validation split. The last evaluation is always whole.</summary>
    [Id(1)] public required int Batches { get; init; }

    /// <summary>Samples in one evaluation batch.</summary>
    [Id(2)] public required int BatchSize { get; init; }
}
