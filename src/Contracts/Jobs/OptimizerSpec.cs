using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>An optimizer and its constants.</summary>
[GenerateSerializer, Immutable]
public sealed record OptimizerSpec
{
    /// <summary>The rule's name.</summary>
    [Id(0)]
    [Description("adamw (Loshchilov and Hutter 2019), adam (Kingma and Ba 2015), rmsprop (Tieleman and Hinton 2012) or sgd with momentum.")]
    [AllowedValues("adamw", "adam", "rmsprop", "sgd")]
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

    /// <summary>Decay of the mean of squared gradients of <c>rmsprop</c>.</summary>
    [Id(6)]
    [Description("Decay of rmsprop's mean of squared gradients.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Alpha { get; init; } = 0.99;

    /// <summary>Of the scaled gradients of <c>rmsprop</c>; 0: none.</summary>
    [Id(7)]
    [Description("Momentum of rmsprop; 0: none. That of sgd is beta1.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Whether <c>rmsprop</c> divides by the deviation from the mean gradient, not from zero.</summary>
    [Id(8)]
    [Description("Whether rmsprop divides by the gradient's estimated deviation from its mean instead of from zero (Graves 2013).")]
    public bool Centered { get; init; }
}
