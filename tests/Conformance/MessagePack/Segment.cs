using System.Buffers;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>One segment of a sequence.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    /// <summary>The bytes as a sequence of segments of <paramref name="size"/> bytes.</summary>
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int size)
    {
        Segment first = new() { Memory = bytes[..Math.Min(size, bytes.Length)] };
        Segment last = first;
        for (int start = size; start < bytes.Length; start += size)
        {
            Segment next = new() { Memory = bytes[start..Math.Min(start + size, bytes.Length)], RunningIndex = start };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
