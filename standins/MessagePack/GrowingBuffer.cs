using System.Buffers;

namespace MessagePack;

/// <summary>
/// A byte array that grows, kept for each thread between calls so that a small message costs one allocation: its result.
/// </summary>
internal sealed class GrowingBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 4096;

    // A larger array is left to the garbage collector: one big checkpoint record must not stay with every thread.
    private const int MaxKeptBytes = 1 << 20;

    [ThreadStatic]
    private static GrowingBuffer? kept;

    private byte[] bytes = new byte[InitialBytes];
    private int length;

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, length);

    /// <summary>Takes this thread's buffer, or makes one when a call is under way within another.</summary>
    public static GrowingBuffer Rent()
    {
        GrowingBuffer rented = kept ?? new GrowingBuffer();
        kept = null;
        rented.length = 0;
        return rented;
    }

    public void Return()
    {
        if (bytes.Length <= MaxKeptBytes)
            kept = this;
    }

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (bytes.Length - length < Math.Max(sizeHint, 1))
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(bytes.Length * 2L, length + (long)sizeHint)));
        return bytes.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
