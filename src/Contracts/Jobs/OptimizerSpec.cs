namespace SeqCluster.Contracts.Jobs;

/// <summary>An optimizer and its constants.</summary>
[GenerateSerializer, Immutable]
public sealed record OptimizerSpec
{
    /// <summary><c>adamw</c>, <c>adam</c> or <c>sgd</c>.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>Peak learning rate (the factor of the schedule under <c>noam</c>).</summary>
    [Id(1)] public required double LearningRate { get; init; }

    /// <summary>Decay of the first moment; momentum for <c>sgd</c>.</summary>
    [Id(2)] public required double Beta1 { get; init; }

    /// <summary>Decay of the second moment.</summary>
    [Id(3)] public required double Beta2 { get; init; }

    /// <summary>Added to the denominator.</summary>
    [Id(4)] public required double Epsilon { get; init; }

    /// <summary>Decoupled for <c>adamw</c>, added to the gradient otherwise; only on tensors of two or more dimensions.</summary>
    [Id(5)] public required double WeightDecay { get; init; }
}
