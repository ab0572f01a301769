using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Alignment;

/// <summary>
/// How well a decoder's state s (the query) and each place h of the source (the memory) fit together, before the softmax. Shapes:
/// B batch, T queries, S source places, C width of both.
/// </summary>
public abstract class AlignmentScore(string name) : nn.Module(name)
{
    /// <summary>What can be computed from the memory alone, once for all queries: [B, S, C] → [B, S, ·].</summary>
    public virtual Tensor Keys(Tensor memory_BSC) => memory_BSC;

    /// <summary>Scores.</summary>
    /// <param name="query_BTC">[B, T, C].</param>
    /// <param name="keys_BSK">From <see cref="Keys"/>.</param>
    /// <returns>[B, T, S].</returns>
    public abstract Tensor Score(Tensor query_BTC, Tensor keys_BSK);
}
