using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>
/// A job file after it has been checked and completed with its defaults: the desired state of one training run.
/// It never changes after submission. Every property with a description is a field of the job file, under its name in
/// camelCase; range, choices and default are read off the same attributes (<c>seqcluster schema</c>).
/// </summary>
[GenerateSerializer, Immutable]
public sealed record JobSpec
{
    /// <summary>A short name for people; the job id begins with it.</summary>
    [Id(0)]
    [Description("A short name; the job id begins with it. Default: the file's name.")]
    [RegularExpression("[a-z0-9][a-z0-9-]{0,39}")]
    public string Name { get; init; } = "";

    /// <summary>Everything random in the job follows from this number.</summary>
    [Id(1)]
    [Description("Everything random in the job follows from this number.")]
    [Range(0, long.MaxValue)]
    public long Seed { get; init; } = 1;

    /// <summary>Which model and its own settings.</summary>
    [Id(2)]
    [Description("The model: its kind, and the settings of that kind.")]
    public required ModelSpec Model { get; init; }

    /// <summary>What it is trained on.</summary>
    [Id(3)]
    [Description("The data.")]
    public required DataSpec Data { get; init; }

    /// <summary>Steps, batch, optimizer, schedule.</summary>
    [Id(4)]
    [Description("How the weights are changed.")]
    public required TrainSpec Train { get; init; }

    /// <summary>When and how it is evaluated.</summary>
    [Id(5)]
    [Description("When the model is evaluated on the held-out part.")]
    public EvaluateSpec Evaluate { get; init; } = new();

    /// <summary>How many workers, replicas, of which device.</summary>
    [Id(6)]
    [Description("What the job asks of the cluster.")]
    public WorkersSpec Workers { get; init; } = new();

    /// <summary>Greater ones get workers first; running jobs keep theirs.</summary>
    [Id(7)]
    [Description("Waiting jobs of a greater priority get workers first; running jobs keep theirs.")]
    [Range(-100, 100)]
    public int Priority { get; init; }

    /// <summary>When workers count as lost or slow.</summary>
    [Id(8)]
    [Description("When a silent, stuck or slow worker counts as such. Changes no result.")]
    public RecoverySpec Recovery { get; init; } = new();

    /// <summary>One of <see cref="Jobs.Numerics"/>: which workers may train it together.</summary>
    [Id(9)]
    [Description("Which workers train it together. native: those of one numerical environment (LibTorch, BLAS, processor). portable: the processor may differ, all are held to x86-64-v3 (AVX2, FMA). any: all, and the result depends on who they are.")]
    [AllowedValues(Jobs.Numerics.Native, Jobs.Numerics.Portable, Jobs.Numerics.Any)]
    public string Numerics { get; init; } = Jobs.Numerics.Native;

    /// <summary>Which checkpoints stay.</summary>
    [Id(10)]
    [Description("Which checkpoints stay on the disk, besides that of the last step. Changes no result.")]
    public CheckpointsSpec Checkpoints { get; init; } = new();

    /// <summary>What the job begins with.</summary>
    [Id(11)]
    [Description("What the job begins with: random weights, those of another job's checkpoint, or all that the checkpoint holds.")]
    public StartSpec Start { get; init; } = new();
}
