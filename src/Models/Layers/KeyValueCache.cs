using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// Keys and values of the places that one attention layer has seen, for decoding place by place: each new place then costs
/// O(places) instead of O(places²). For one batch at a time, without gradients.
/// </summary>
public sealed class KeyValueCache(int capacity) : IDisposable
{
    private Tensor? keys;
    private Tensor? values;

    /// <summary>Places in it.</summary>
    public int Length { get; private set; }

    /// <summary>Adds places.</summary>
    /// <param name="key_BHTD">[B, H, T, D].</param>
    /// <param name="value_BHTD">The same shape.</param>
    /// <returns>Views [B, H, Length, D] of all places so far.</returns>
    /// <exception cref="InvalidOperationException">More places than its capacity.</exception>
    public (Tensor Key_BHSD, Tensor Value_BHSD) Append(Tensor key_BHTD, Tensor value_BHTD)
    {
        var shape = key_BHTD.shape;
        var places = (int)shape[2];
        if (Length + places > capacity)
        {
            throw new InvalidOperationException($"a cache of {capacity} places holds {Length}: {places} more do not fit");
        }

        keys ??= Reserve(key_BHTD, shape);
        values ??= Reserve(value_BHTD, shape);
        keys.narrow(2, Length, places).copy_(key_BHTD);
        values.narrow(2, Length, places).copy_(value_BHTD);
        Length += places;
        return (keys.narrow(2, 0, Length), values.narrow(2, 0, Length));
    }

    /// <summary>Keeps, repeats or drops rows of the batch: row i becomes what row <paramref name="rows_R"/>[i] was.</summary>
    /// <param name="rows_R">int64.</param>
    public void Select(Tensor rows_R)
    {
        keys = Selected(keys, rows_R);
        values = Selected(values, rows_R);
    }

    /// <summary>Forgets all places; keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc />
    public void Dispose()
    {
        keys?.Dispose();
        values?.Dispose();
    }

    private Tensor? Selected(Tensor? old, Tensor rows_R)
    {
        if (old is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using (old)
        {
            var kept = old.narrow(2, 0, Length).index_select(0, rows_R);
            var made = Reserve(kept, kept.shape);
            made.narrow(2, 0, Length).copy_(kept);
            return made;
        }
    }

    private Tensor Reserve(Tensor like, long[] shape) =>
        empty([shape[0], shape[1], capacity, shape[3]], like.dtype, like.device).DetachFromDisposeScope();
}
