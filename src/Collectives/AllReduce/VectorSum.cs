using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// Element-wise float32 sums of up to four vectors in one pass, in the four shapes that a binary tree of at most four leaves
/// can have. Lengths are multiples of 32 elements, so there is no tail, and an element's result is one fixed expression:
/// it depends neither on the vector width nor on where the element lies. (NaN payloads aside: they are not specified.)
/// </summary>
internal static unsafe class VectorSum
{
    private const int Unroll = 4;

    public static void Pair(float* a, float* b, float* destination, long count, bool streaming) =>
        Run<PairSum>(a, b, null, null, destination, count, streaming);

    public static void LeftTriple(float* a, float* b, float* c, float* destination, long count, bool streaming) =>
        Run<LeftTripleSum>(a, b, c, null, destination, count, streaming);

    public static void RightTriple(float* a, float* b, float* c, float* destination, long count, bool streaming) =>
        Run<RightTripleSum>(a, b, c, null, destination, count, streaming);

    public static void Quad(float* a, float* b, float* c, float* d, float* destination, long count, bool streaming) =>
        Run<QuadSum>(a, b, c, d, destination, count, streaming);

    public static void Copy(float* a, float* destination, long count, bool streaming)
    {
        if (a != destination)
            Run<Identity>(a, null, null, null, destination, count, streaming);
    }

    /// <summary>Orders streaming stores before whatever is stored next; cheap when there were none.</summary>
    public static void Fence()
    {
        if (Sse.IsSupported)
            Sse.StoreFence();
        else
            Interlocked.MemoryBarrier();
    }

    private static void Run<TSum>(float* a, float* b, float* c, float* d, float* destination, long count, bool streaming)
        where TSum : struct, ISum
    {
        if (streaming)
            Loop<TSum, StreamingStore>(a, b, c, d, destination, count);
        else
            Loop<TSum, CachedStore>(a, b, c, d, destination, count);
    }

    private static void Loop<TSum, TStore>(float* a, float* b, float* c, float* d, float* destination, long count)
        where TSum : struct, ISum
        where TStore : struct, IStore
    {
        var width = Vector256<float>.Count;
        for (nint i = 0; i < count; i += Unroll * width)
        {
            TStore.Store(TSum.At(a, b, c, d, i), destination + i);
            TStore.Store(TSum.At(a, b, c, d, i + width), destination + i + width);
            TStore.Store(TSum.At(a, b, c, d, i + 2 * width), destination + i + 2 * width);
            TStore.Store(TSum.At(a, b, c, d, i + 3 * width), destination + i + 3 * width);
        }
    }

    /// <summary>One vector of the sum; a static abstract so that the loop above is compiled once for each shape.</summary>
    private interface ISum
    {
        static abstract Vector256<float> At(float* a, float* b, float* c, float* d, nint i);
    }

    private interface IStore
    {
        static abstract void Store(Vector256<float> value, float* destination);
    }

    private struct Identity : ISum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> At(float* a, float* b, float* c, float* d, nint i) => Vector256.Load(a + i);
    }

    private struct PairSum : ISum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> At(float* a, float* b, float* c, float* d, nint i) =>
            Vector256.Load(a + i) + Vector256.Load(b + i);
    }

    private struct LeftTripleSum : ISum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> At(float* a, float* b, float* c, float* d, nint i) =>
            Vector256.Load(a + i) + Vector256.Load(b + i) + Vector256.Load(c + i);
    }

    private struct RightTripleSum : ISum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> At(float* a, float* b, float* c, float* d, nint i) =>
            Vector256.Load(a + i) + (Vector256.Load(b + i) + Vector256.Load(c + i));
    }

    private struct QuadSum : ISum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> At(float* a, float* b, float* c, float* d, nint i) =>
            (Vector256.Load(a + i) + Vector256.Load(b + i)) + (Vector256.Load(c + i) + Vector256.Load(d + i));
    }

    private struct CachedStore : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<float> value, float* destination) => value.Store(destination);
    }

    /// <summary>Past the caches: a sum larger than they are would only push out what is still needed.</summary>
    private struct StreamingStore : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector256<float> value, float* destination) => value.StoreAlignedNonTemporal(destination);
    }
}
