using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>An optimizer and its constants.</summary>
[GenerateSerializer, Immutable]
public sealed record OptimizerSpec
{
    /// <summary>The rule's name.</summary>
    [Id(0)]
    [Description("adamw (Loshchilov and Hutter 2019), adam (Kingma and Ba 2015) or sgd with momentum.")]
    [AllowedValues("adamw", "adam", "sgd")]
    public string Kind { get; init; } = "adamw";

    /// <summary>Peak learning rate; the factor of the schedule under <c>noam</c>.</summary>
    [Id(1)]
    [Description("Peak learning rate; under the schedule noam, its factor.")]
    [Range(0.0, 1e6)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of the first moment; the momentum of <c>sgd</c>.</summary>
    [Id(2)]
    [Description("Decay of the first moment; the momentum of sgd.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    [Id(3)]
    [Description("Decay of the second moment.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    [Id(4)]
    [Description("Added to the denominator.")]
    [Range(0.0, 1.0)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled for <c>adamw</c>, added to the gradient otherwise; only on tensors of two or more dimensions.</summary>
    [Id(5)]
    [Description("Decoupled for adamw, added to the gradient otherwise. Only weights of two or more dimensions decay.")]
    [Range(0.0, 1e3)]
    public double WeightDecay { get; init; }
}
