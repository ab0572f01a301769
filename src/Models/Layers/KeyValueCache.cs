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

    /// <summary>Forgets all places; keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc />
    public void Dispose()
    {
        keys?.Dispose();
        values?.Dispose();
    }

    private Tensor Reserve(Tensor like, long[] shape) =>
        empty([shape[0], shape[1], capacity, shape[3]], like.dtype, like.device).DetachFromDisposeScope();
}
