using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>What a job begins with: random weights, those of another job's checkpoint, or all that the checkpoint holds.</summary>
[GenerateSerializer, Immutable]
public sealed record StartSpec
{
    /// <summary>A job of the same silo, <c>JOB</c> or <c>JOB@STEP</c>, or a checkpoint's folder as the silo sees it; empty for random weights.</summary>
    [Id(0)]
    [Description("What the job begins with: the last checkpoint of another job of the silo (JOB), that of one of its steps (JOB@STEP), or a checkpoint's folder as the silo sees it (seqcluster submit --from). Its weights are taken, everything else begins anew, unless start.continues is set. Empty: random weights.")]
    public string Checkpoint { get; init; } = "";

    /// <summary>Which weights are meant, whatever lies in the folder later.</summary>
    [Id(1)]
    [Description("The weights_sha256 that the checkpoint must have; empty: whichever it has.")]
    [RegularExpression("([0-9a-f]{64})?")]
    public string WeightsSha256 { get; init; } = "";

    /// <summary>Tensors that keep their random weights, in a list with commas; a <c>*</c> at the end stands for any rest.</summary>
    [Id(2)]
    [Description("Tensors that begin anew, whatever the checkpoint has of them, with commas between them; output.* is all whose names begin so. Every other one must fit.")]
    public string NewTensors { get; init; } = "";

    /// <summary>Whether the checkpoint's step, optimizer state and place in the data go on, and not its weights alone.</summary>
    [Id(3)]
    [Description("Whether the job goes on after the checkpoint's step, with the optimizer's state and at its place in schedule and data (seqcluster submit --continue): with the same job file but for train.steps it ends in the weights of a job that had these steps from the beginning, where the learning rate does not follow from train.steps. Model, data, seed, replicas and batch must be those of the checkpoint's job.")]
    public bool Continues { get; init; }

    /// <summary>The silo's copy of it in the store, which workers get it from; null before the submission.</summary>
    [Id(4)]
    public JobCheckpoint? Taken { get; init; }

    /// <summary>Whether a tensor begins anew.</summary>
    public bool IsNew(string tensor) => NewTensors.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Any(name => name.EndsWith('*') ? tensor.StartsWith(name[..^1], StringComparison.Ordinal) : tensor == name);
}
