using System.Runtime.Intrinsics;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// Float64 sums of squares in an order that depends on nothing but the element's place: inside a block of 1,024, element e
/// goes to lane e mod 16, lanes are joined l + (l+8), + (l+4), + (l+2), + (l+1); blocks, and then buckets, are joined by the
/// tree sum(lo, hi) = sum(lo, m) + sum(m, hi). The square of a float32 is exact in float64, so a fused multiply-add
/// gives the same bits as a multiplication and an addition.
/// </summary>
public static class SquareSum
{
    /// <summary>Joins the sums of blocks, or of buckets in bucket order, into one; 0 for none.</summary>
    public static double Join(ReadOnlySpan<double> sums) => sums.Length switch
    {
        0 => 0,
        1 => sums[0],
        _ => Join(sums[..(sums.Length / 2)]) + Join(sums[(sums.Length / 2)..]),
    };

    /// <summary>The sum of squares of one block of 1,024 elements.</summary>
    internal static unsafe double Block(float* values)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        for (var i = 0; i < ChunkMap.BlockElements; i += 16)
        {
            var low = Vector256.Load(values + i);
            var high = Vector256.Load(values + i + 8);
            var (w, x) = Vector256.Widen(low);
            var (y, z) = Vector256.Widen(high);
            a += w * w;
            b += x * x;
            c += y * y;
            d += z * z;
        }
        var lanes = (a + c) + (b + d);
        return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    }
}
