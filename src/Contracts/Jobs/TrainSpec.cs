using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>How the weights are changed.</summary>
[GenerateSerializer, Immutable]
public sealed record TrainSpec
{
    /// <summary>Optimizer updates in all.</summary>
    [Id(0)]
    [Description("Optimizer updates in all.")]
    [Range(1, 1_000_000_000)]
    public required int Steps { get; init; }

    /// <summary>Samples that one replica processes in one step. Global batch = replicas × this.</summary>
    [Id(1)]
    [Description("Samples that one replica processes in one step; the global batch is workers.replicas times this.")]
    [Range(1, 65_536)]
    public int MicroBatch { get; init; } = 16;

    /// <summary>Places of a replica's rows in one step, padding included, instead of a number of samples; 0: <see cref="MicroBatch"/> counts.</summary>
    [Id(9)]
    [Description("Places that one replica processes in one step, padding included, instead of microBatch samples: for samples of different lengths. 0: microBatch counts.")]
    [Range(0, 16_777_216)]
    public int MicroBatchTokens { get; init; }

    /// <summary>Decay of the running mean of the weights, which is what is evaluated and used; 0: none.</summary>
    [Id(10)]
    [Description("Decay of a running mean of the weights, which is then what is evaluated and used; 0: none.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Ema { get; init; }

    /// <summary><c>epoch</c> (every sample once per epoch), <c>withReplacement</c> (nanoGPT's) or <c>tracks</c> (state is carried).</summary>
    [Id(2)]
    [Description("epoch: every sample once per epoch, in a seeded order. withReplacement: independent draws. tracks: each row goes on where it ended, for recurrent models that carry their state (truncated back-propagation through time).")]
    [AllowedValues("epoch", "withReplacement", "tracks")]
    public string Sampling { get; init; } = "epoch";

    /// <summary>The update rule.</summary>
    [Id(3)]
    [Description("The update rule.")]
    public OptimizerSpec Optimizer { get; init; } = new();

    /// <summary>The learning rate over time.</summary>
    [Id(4)]
    [Description("The learning rate over time.")]
    public ScheduleSpec Schedule { get; init; } = new();

    /// <summary>Global gradient norm above which the gradient is scaled down; 0 turns it off.</summary>
    [Id(5)]
    [Description("Global gradient norm above which the gradient is scaled down; 0 turns it off.")]
    [Range(0.0, 1e9)]
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Limit of each element of the gradient, on either side of zero; 0 turns it off.</summary>
    [Id(11)]
    [Description("Limit of each element of the gradient, on either side of zero, after clipNorm; 0 turns it off.")]
    [Range(0.0, 1e9)]
    public double ClipValue { get; init; }

    /// <summary><c>allReduce</c> or <c>parameterServer</c>: where the optimizer runs. The result is the same.</summary>
    [Id(6)]
    [Description("Where the optimizer runs: on every worker, or on the owner of each chunk. The weights are the same.")]
    [AllowedValues("allReduce", "parameterServer")]
    public string Strategy { get; init; } = "allReduce";

    /// <summary>Torch threads and BLAS threads of each worker; part of the arithmetic.</summary>
    [Id(7)]
    [Description("Threads of LibTorch and of the BLAS in each worker. Part of the arithmetic: another number, other bits.")]
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <summary>A checkpoint after every so many steps; 0: only at the end, and when the job is paused.</summary>
    [Id(8)]
    [Description("A checkpoint after every so many steps; 0: only at the end, and when the job is paused.")]
    [Range(0, 1_000_000_000)]
    public int CheckpointEverySteps { get; init; }
}
