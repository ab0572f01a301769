using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>Masks that are added to attention scores: 0 where a place may be looked at, −∞ where not.</summary>
public static class AttentionMask
{
    /// <summary>Forbids every place after a query's own.</summary>
    /// <param name="places">T: queries, at places offset … offset + T − 1.</param>
    /// <param name="offset">Places before them.</param>
    /// <param name="like">Gives element type and device.</param>
    /// <returns>[T, offset + T]; null when nothing is forbidden, as for a single query at the end.</returns>
    public static Tensor? Causal(int places, int offset, Tensor like) => places == 1
        ? null
        : full([places, offset + places], double.NegativeInfinity, like.dtype, like.device).triu(offset + 1);
}
