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

    /// <summary>Forbids the padding at the end of each row.</summary>
    /// <param name="lengths">[B]: places that are not padding.</param>
    /// <param name="places">S.</param>
    /// <param name="like">Gives element type and device.</param>
    /// <returns>[B, 1, 1, S], for all heads and queries of a row; null when no row has padding.</returns>
    public static Tensor? Padding(ReadOnlySpan<int> lengths, int places, Tensor like)
    {
        if (lengths.IndexOfAnyExcept(places) < 0)
        {
            return null;
        }

        var mask = new float[lengths.Length * places];
        for (var row = 0; row < lengths.Length; row++)
        {
            mask.AsSpan((row * places) + lengths[row], places - lengths[row]).Fill(float.NegativeInfinity);
        }

        return tensor(mask, [lengths.Length, 1, 1, places], like.dtype, like.device);
    }
}
