using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// All that a step hands to the next, in a fixed order of flat buffers: the weights, the optimizer's state tensors, what replicas
/// carry. The same buffers' contents as a file and a hash see them need not be this job's own. Holds no copy.
/// </summary>
internal sealed class TrainingState(ParameterLayout layout, FlatParameters parameters, FlatOptimizer optimizer, ReplicaState? carried)
{
    /// <summary>The job's own buffers.</summary>
    public IReadOnlyList<float[]> Buffers { get; } =
        [parameters.Buffer, .. optimizer.State.Select(tensor => tensor.Values), .. carried is null ? Array.Empty<float[]>() : [carried.Buffer]];

    /// <summary>The weights of such buffers.</summary>
    public IReadOnlyList<NamedTensor> Weights(IReadOnlyList<float[]> buffers) => layout.Named("", buffers[0]);

    /// <summary>Everything but the weights.</summary>
    public IReadOnlyList<NamedTensor> Rest(IReadOnlyList<float[]> buffers) =>
        [.. optimizer.State.SelectMany((tensor, index) => layout.Named($"{tensor.Name}.", buffers[index + 1])), .. carried?.Named(buffers[^1]) ?? []];

    /// <summary>The <c>weights_sha256</c> of such buffers.</summary>
    public string WeightsHash(IReadOnlyList<float[]> buffers) => Models.Checkpoints.WeightsHash.Sha256(Weights(buffers));

    /// <summary>The <c>state_sha256</c> of such buffers.</summary>
    public string StateHash(IReadOnlyList<float[]> buffers) => Models.Checkpoints.WeightsHash.Sha256(Weights(buffers).Concat(Rest(buffers)));

    /// <summary>Fills the job's buffers from the two files of a checkpoint. The model is not touched.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or of another type or shape.</exception>
    public void Read(SafetensorsFile weights, SafetensorsFile rest)
    {
        layout.Read(weights, "", parameters.Weights);
        foreach (var tensor in optimizer.State)
        {
            layout.Read(rest, $"{tensor.Name}.", tensor.Values);
        }

        carried?.Read(rest);
    }
}
