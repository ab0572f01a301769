using System.Collections.Concurrent;
using SeqCluster.Collectives.AllReduce;

namespace SeqCluster.Collectives.Tests;

/// <summary>Gradients on which every other order of additions shows, and the plain recursion that the product must equal.</summary>
internal static class Gradients
{
    private static readonly ConcurrentDictionary<(int, int, long, int, int), float[]> Made = new();

    /// <summary>Magnitudes over 2^±20 with both signs: sums cancel, so the association order decides the last bits.</summary>
    public static float[] Of(int elements, int replica, long step, int bucket = 0, int seed = 1) =>
        Made.GetOrAdd((elements, replica, step, bucket, seed), key => Make(elements, replica, step, bucket, seed));

    private static float[] Make(int elements, int replica, long step, int bucket, int seed)
    {
        var state = (ulong)(replica + 1) * 0x9E3779B97F4A7C15UL ^ (ulong)(step + 1) * 0xBF58476D1CE4E5B9UL ^ (ulong)(bucket * 977 + seed) * 0x94D049BB133111EBUL;
        var values = new float[elements];
        for (var i = 0; i < elements; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            values[i] = MathF.ScaleB((int)(state >> 40) - (1 << 23), -43 + (int)(state & 31));
        }
        return values;
    }

    public static SideValues SidesOf(int replica, long step) => new(100 + 7 * replica + step, 1.0 / (3 + replica) * (step + 1));

    /// <summary>sum(lo, hi) = sum(lo, m) + sum(m, hi), m = ⌊(lo + hi) / 2⌋, element by element.</summary>
    public static float[] TreeSum(Func<int, float[]> leaf, int lo, int hi)
    {
        if (hi - lo == 1)
            return leaf(lo);
        var m = (lo + hi) / 2;
        var left = TreeSum(leaf, lo, m);
        var right = TreeSum(leaf, m, hi);
        var sum = new float[left.Length];
        for (var i = 0; i < sum.Length; i++)
            sum[i] = left[i] + right[i];
        return sum;
    }

    public static SideValues TreeSum(Func<int, SideValues> leaf, int lo, int hi) =>
        hi - lo == 1 ? leaf(lo) : TreeSum(leaf, lo, (lo + hi) / 2) + TreeSum(leaf, (lo + hi) / 2, hi);

    /// <summary>The norm as documented, one element at a time.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var blocks = new double[Math.Max(1, (values.Length + 1023) / 1024)];
        for (var block = 0; block < blocks.Length; block++)
        {
            var lanes = new double[16];
            for (var e = 0; e < 1024 && block * 1024 + e < values.Length; e++)
                lanes[e % 16] += (double)values[block * 1024 + e] * values[block * 1024 + e];
            for (var half = 8; half > 0; half /= 2)
            {
                for (var lane = 0; lane < half; lane++)
                    lanes[lane] += lanes[lane + half];
            }
            blocks[block] = lanes[0];
        }
        return Join(blocks);
    }

    /// <summary>Bits, so that −0 differs from 0.</summary>
    public static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(a).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(b));

    private static double Join(double[] sums) =>
        sums.Length == 1 ? sums[0] : Join(sums[..(sums.Length / 2)]) + Join(sums[(sums.Length / 2)..]);
}
