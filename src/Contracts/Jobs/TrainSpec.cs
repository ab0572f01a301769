namespace SeqCluster.Contracts.Jobs;

/// <summary>How the weights are changed.</summary>
[GenerateSerializer, Immutable]
public sealed record TrainSpec
{
    /// <summary>Optimizer updates in all.</summary>
    [Id(0)] public required int Steps { get; init; }

    /// <summary>Samples that one replica processes in one step. Global batch = replicas × this.</summary>
    [Id(1)] public required int MicroBatch { get; init; }

    /// <summary><c>epoch</c> (every sample once per epoch) or <c>withReplacement</c> (nanoGPT's).</summary>
    [Id(2)] public required string Sampling { get; init; }

    /// <summary>The update rule.</summary>
    [Id(3)] public required OptimizerSpec Optimizer { get; init; }

    /// <summary>The learning rate over time.</summary>
    [Id(4)] public required ScheduleSpec Schedule { get; init; }

    /// <summary>Global gradient norm above which the gradient is scaled down; 0 turns it off.</summary>
    [Id(5)] public required double ClipNorm { get; init; }

    /// <summary><c>allReduce</c> or <c>parameterServer</c>: where the optimizer runs. The result is the same.</summary>
    [Id(6)] public required string Strategy { get; init; }

    /// <summary>Torch threads and BLAS threads of each worker; 1 keeps bits equal across machines of one kind.</summary>
    [Id(7)] public required int Threads { get; init; }
}
