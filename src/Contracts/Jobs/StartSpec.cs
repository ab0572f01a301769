using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Contracts.Jobs;

/// <summary>What a job's weights are before its first step: random, or those of a checkpoint of another job.</summary>
[GenerateSerializer, Immutable]
public sealed record StartSpec
{
    /// <summary>A checkpoint's folder, as every worker sees it; empty for random weights.</summary>
    [Id(0)]
    [Description("A checkpoint's folder whose weights the job begins with, on a path that every worker sees (seqcluster submit --from). Empty: random weights. The optimizer, the data and the steps begin anew.")]
    public string Checkpoint { get; init; } = "";

    /// <summary>Which weights are meant, whatever lies in the folder later.</summary>
    [Id(1)]
    [Description("The weights_sha256 that the checkpoint must have; seqcluster submit --from fills it in.")]
    [RegularExpression("([0-9a-f]{64})?")]
    public string WeightsSha256 { get; init; } = "";

    /// <summary>Tensors that keep their random weights, in a list with commas; a <c>*</c> at the end stands for any rest.</summary>
    [Id(2)]
    [Description("Tensors that begin anew, whatever the checkpoint has of them, with commas between them; output.* is all whose names begin so. Every other one must fit.")]
    public string NewTensors { get; init; } = "";

    /// <summary>Whether a tensor begins anew.</summary>
    public bool IsNew(string tensor) => NewTensors.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Any(name => name.EndsWith('*') ? tensor.StartsWith(name[..^1], StringComparison.Ordinal) : tensor == name);
}
