using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Series;

/// <summary>The settings of <c>data.kind: adding</c>: the adding problem of Hochreiter and Schmidhuber (1997).</summary>
public sealed record AddingSettings
{
    /// <summary>Places of a sequence.</summary>
    [Description("Places of a sequence.")]
    [Range(2, 100_000)]
    public int Length { get; init; } = 200;

    /// <summary>Sequences to train on.</summary>
    [Description("Sequences to train on.")]
    [Range(1, 10_000_000)]
    public int Examples { get; init; } = 50_000;

    /// <summary>Sequences held out.</summary>
    [Description("Sequences held out for evaluation.")]
    [Range(1, 1_000_000)]
    public int ValidationExamples { get; init; } = 1_000;

    /// <summary>Of the sequences, whatever the job's seed is.</summary>
    [Description("The sequences follow from this number, whatever the job's seed is.")]
    [Range(0, long.MaxValue)]
    public long Seed { get; init; } = 1;
}
