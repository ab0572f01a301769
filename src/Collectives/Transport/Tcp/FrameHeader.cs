using System.Runtime.InteropServices;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>What a frame carries.</summary>
internal enum FrameKind
{
    /// <summary>Side values and the sender's host's sums of the receiver's chunk (of the whole bucket, in a direct reduction).</summary>
    Partials = 0,

    /// <summary>Squares of the sender's completed chunk.</summary>
    Reduced = 1,

    /// <summary>The sender's chunk of the result.</summary>
    Sum = 2,

    /// <summary>Nothing: the sender has reached a barrier.</summary>
    Barrier = 3,

    /// <summary>The root's bytes, or those that the sender passes on.</summary>
    Broadcast = 4,

    /// <summary>Nothing: a member of the receiver's host has raised a flag that it may be asleep on.</summary>
    Wake = 5,
}

/// <summary>The 64 bytes before every payload, little-endian.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct FrameHeader
{
    public const int Bytes = 64;
    public const uint FrameMagic = 0x32435153; // "SQC2"

    public uint Magic;
    public FrameKind Kind;
    public int Attempt;
    public int Generation;
    public long Step;

    /// <summary>The number of the barrier or broadcast; 0 in frames of a bucket.</summary>
    public long Sequence;

    /// <summary>The bucket; −1 in frames without one.</summary>
    public int Bucket;

    /// <summary>The sender.</summary>
    public int Rank;

    /// <summary>1 in a direct reduction, else 0.</summary>
    public int IsDirect;

    /// <summary>Bytes that follow.</summary>
    public long Length;
}
