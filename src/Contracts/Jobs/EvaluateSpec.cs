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

    /// <summary>Of the decoding after the last step, for data in pairs.</summary>
    [Id(3)]
    [Description("After the last step, for data in pairs: hypotheses that are followed when the test part is decoded; 1 is greedy.")]
    [Range(1, 100)]
    public int BeamWidth { get; init; } = 1;

    /// <summary>By what the log-probability of n tokens is divided.</summary>
    [Id(4)]
    [Description("With a beam: wu divides log-probabilities by ((5 + n) / 6)^alpha (Wu et al. 2016), power by n^alpha.")]
    [AllowedValues("wu", "power")]
    public string LengthPenalty { get; init; } = "wu";

    /// <summary>α of the length penalty; 0 for none.</summary>
    [Id(5)]
    [Description("With a beam: the exponent of the length penalty; 0 for none.")]
    [Range(0.0, 10.0)]
    public double LengthPenaltyAlpha { get; init; } = 0.6;

    /// <summary>Tokens of a decoded sequence at most.</summary>
    [Id(6)]
    [Description("Tokens of a decoded sequence at most; 0: as many as the model can write.")]
    [Range(0, 1_000_000)]
    public int MaximumLength { get; init; }

    /// <summary>Sequences that are decoded.</summary>
    [Id(7)]
    [Description("Sequences of the test part that are decoded after the last step; 0: all.")]
    [Range(0, 1_000_000_000)]
    public int DecodedExamples { get; init; }
}
