namespace SeqCluster.Contracts.Jobs;

/// <summary>The learning rate as a function of the step.</summary>
[GenerateSerializer, Immutable]
public sealed record ScheduleSpec
{
    /// <summary><c>constant</c>, <c>cosine</c> or <c>noam</c>.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>Steps of linear warm-up, 0 for none.</summary>
    [Id(1)] public required int WarmupSteps { get; init; }

    /// <summary>The step at which <c>cosine</c> has come down; 0 means the last step.</summary>
    [Id(2)] public required int DecaySteps { get; init; }

    /// <summary>The learning rate that <c>cosine</c> ends in.</summary>
    [Id(3)] public required double MinimumLearningRate { get; init; }
}
