using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>Tensors whose bits are the same here and in <c>golden.py</c>, so that inputs need not be stored.</summary>
internal static class Fill
{
    private const long Stride = 7919;
    private const long SaltStride = 104729;
    private const long Period = 2003;

    /// <summary>Values in (−1, 1), rounded to float32 and then held in <paramref name="type"/>.</summary>
    public static Tensor Values(long[] shape, long salt, ScalarType type)
    {
        var values = new float[Count(shape)];
        for (long i = 0; i < values.Length; i++)
        {
            values[i] = (float)((((i * Stride) + (salt * SaltStride)) % Period - 1001) / 1001.0);
        }

        using var flat = tensor(values);
        using var shaped = flat.reshape(shape);
        return shaped.to(type, copy: true);
    }

    /// <summary>int64 values in [0, <paramref name="bound"/>).</summary>
    public static Tensor Integers(long[] shape, long bound, long salt)
    {
        var values = new long[Count(shape)];
        for (long i = 0; i < values.Length; i++)
        {
            values[i] = ((i * Stride) + (salt * SaltStride)) % Period % bound;
        }

        return tensor(values).reshape(shape);
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (count, length) => count * length);
}
