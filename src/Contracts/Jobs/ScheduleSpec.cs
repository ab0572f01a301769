using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>The learning rate as a function of the step.</summary>
[GenerateSerializer, Immutable]
public sealed record ScheduleSpec
{
    /// <summary>The curve's name.</summary>
    [Id(0)]
    [Description("constant; cosine (nanoGPT's: linear warm-up, then half a cosine); noam (Vaswani et al. 2017, equation 3); step (char-rnn's: constant, then less by a factor at even distances).")]
    [AllowedValues("constant", "cosine", "noam", "step")]
    public string Kind { get; init; } = "constant";

    /// <summary>Steps of linear warm-up, 0 for none.</summary>
    [Id(1)]
    [Description("Steps of linear warm-up.")]
    [Range(0, 1_000_000_000)]
    public int WarmupSteps { get; init; }

    /// <summary>The step at which <c>cosine</c> has come down; 0 means the last step.</summary>
    [Id(2)]
    [Description("The step at which cosine has come down; 0: the last one.")]
    [Range(0, 1_000_000_000)]
    public int DecaySteps { get; init; }

    /// <summary>The learning rate that <c>cosine</c> ends in.</summary>
    [Id(3)]
    [Description("The learning rate that cosine ends in.")]
    [Range(0.0, 1e6)]
    public double MinimumLearningRate { get; init; }

    /// <summary>Steps before <c>step</c> takes its factor for the first time.</summary>
    [Id(4)]
    [Description("Steps before the schedule step takes its factor for the first time.")]
    [Range(0, 1_000_000_000)]
    public int ConstantSteps { get; init; }

    /// <summary>Steps from one taking of the factor to the next, under <c>step</c>.</summary>
    [Id(5)]
    [Description("Steps from one taking of the factor to the next, under the schedule step.")]
    [Range(1, 1_000_000_000)]
    public int EverySteps { get; init; } = 1_000;

    /// <summary>What <c>step</c> multiplies the learning rate by.</summary>
    [Id(6)]
    [Description("What the schedule step multiplies the learning rate by.")]
    [Range(0.0, 1.0)]
    public double Factor { get; init; } = 0.97;
}
