using System.Runtime.InteropServices;

namespace SeqCluster.Collectives.Rendezvous;

/// <summary>What one member tells another on the control connection.</summary>
internal enum NoticeKind
{
    /// <summary>Its transport stands; the value is its segment's nonce.</summary>
    Ready = 1,

    /// <summary>It has opened everything of the others that it needs.</summary>
    Mapped = 2,

    /// <summary>It leaves in good order, owing nobody anything.</summary>
    Goodbye = 3,

    /// <summary>It gave the operation up; the value is the rank that it lost, or −1 when it was told to.</summary>
    GaveUp = 4,

    /// <summary>Data has moved at its end since it last said so.</summary>
    Moving = 5,
}

/// <summary>A notice as it goes over the wire: 16 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Notice(NoticeKind Kind, int Reserved, long Value)
{
    public const int Bytes = 16;

    public Notice(NoticeKind kind, long value = 0) : this(kind, 0, value)
    {
    }

    /// <summary>What the others are told when this member gives up.</summary>
    public static Notice Of(Exception exception) =>
        new(NoticeKind.GaveUp, exception is PeerLostException lost ? lost.Rank : -1);
}
