using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>Evaluation on a fixed list of batches that does not depend on the workers.</summary>
[GenerateSerializer, Immutable]
public sealed record EvaluateSpec
{
    /// <summary>Every so many steps, and always after the last; 0 means only after the last.</summary>
    [Id(0)]
    [Description("Every so many steps, and always after the last; 0: only after the last.")]
    [Range(0, 1_000_000_000)]
    public int EverySteps { get; init; }

    /// <summary>Batches during training, 0 for the whole held-out part. The last evaluation is always whole.</summary>
    [Id(1)]
    [Description("Batches in an evaluation during training; 0: the whole held-out part. The last evaluation is always whole.")]
    [Range(0, 1_000_000_000)]
    public int Batches { get; init; }

    /// <summary>Samples in one evaluation batch.</summary>
    [Id(2)]
    [Description("Samples in one evaluation batch.")]
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 32;
}
