using System.Buffers.Binary;

namespace MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads any integer that fits a byte.</summary>
    public byte ReadByte() => checked((byte)ReadInt64());

    /// <summary>Reads any integer that fits a signed byte.</summary>
    public sbyte ReadSByte() => checked((sbyte)ReadInt64());

    /// <summary>Reads any integer that fits 16 bits.</summary>
    public short ReadInt16() => checked((short)ReadInt64());

    /// <summary>Reads any integer that fits 16 unsigned bits.</summary>
    public ushort ReadUInt16() => checked((ushort)ReadInt64());

    /// <summary>Reads any integer that fits 32 bits.</summary>
    public int ReadInt32() => checked((int)ReadInt64());

    /// <summary>Reads any integer that fits 32 unsigned bits.</summary>
    public uint ReadUInt32() => checked((uint)ReadInt64());

    /// <summary>Reads a UTF-16 code unit, which is written as its number.</summary>
    public char ReadChar() => (char)ReadUInt16();

    /// <summary>Reads any integer that fits 64 bits.</summary>
    public long ReadInt64()
    {
        byte code = NextCode;
        if (code <= Code.MaxFixInt)
        {
            position++;
            return code;
        }

        return code switch
        {
            >= Code.MinNegativeFixInt => (sbyte)Take(1)[0],
            Code.UInt8 => Take(2)[1],
            Code.Int8 => (sbyte)Take(2)[1],
            Code.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(Take(3)[1..]),
            Code.Int16 => BinaryPrimitives.ReadInt16BigEndian(Take(3)[1..]),
            Code.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(Take(5)[1..]),
            Code.Int32 => BinaryPrimitives.ReadInt32BigEndian(Take(5)[1..]),
            Code.UInt64 => checked((long)BinaryPrimitives.ReadUInt64BigEndian(Take(9)[1..])),
            Code.Int64 => BinaryPrimitives.ReadInt64BigEndian(Take(9)[1..]),
            _ => throw InvalidCode(code),
        };
    }

    /// <summary>Reads any integer that fits 64 unsigned bits.</summary>
    public ulong ReadUInt64() => NextCode == Code.UInt64
        ? BinaryPrimitives.ReadUInt64BigEndian(Take(9)[1..])
        : checked((ulong)ReadInt64());

    /// <summary>Reads a number as a 32-bit float, rounding a 64-bit one or an integer.</summary>
    public float ReadSingle() => NextCode switch
    {
        Code.Float32 => BinaryPrimitives.ReadSingleBigEndian(Take(5)[1..]),
        Code.Float64 => (float)BinaryPrimitives.ReadDoubleBigEndian(Take(9)[1..]),
        Code.UInt64 => ReadUInt64(),
        _ => ReadInt64(),
    };

    /// <summary>Reads a number as a 64-bit float, rounding an integer that needs more than 53 bits.</summary>
    public double ReadDouble() => NextCode switch
    {
        Code.Float32 => BinaryPrimitives.ReadSingleBigEndian(Take(5)[1..]),
        Code.Float64 => BinaryPrimitives.ReadDoubleBigEndian(Take(9)[1..]),
        Code.UInt64 => ReadUInt64(),
        _ => ReadInt64(),
    };

    /// <summary>Reads a timestamp (extension -1, of 4, 8 or 12 bytes) as UTC, cutting what is finer than 100 ns.</summary>
    public DateTime ReadDateTime()
    {
        byte code = NextCode;
        (sbyte type, int length) = ReadExtensionHeader();
        return type == Code.Timestamp ? ReadTimestamp(length) : throw InvalidCode(code);
    }

    internal DateTime ReadTimestamp(int length)
    {
        ReadOnlySpan<byte> body = Take(length);
        (long seconds, long nanoseconds) = length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(body), 0L),
            8 => Split(BinaryPrimitives.ReadUInt64BigEndian(body)),
            12 => (BinaryPrimitives.ReadInt64BigEndian(body[4..]), BinaryPrimitives.ReadUInt32BigEndian(body)),
            _ => throw new MessagePackSerializationException($"A timestamp of {length} bytes: must be 4, 8 or 12."),
        };
        return DateTime.UnixEpoch.AddSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

        static (long, long) Split(ulong word) => ((long)(word & 0x3_ffff_ffff), (long)(word >> 34));
    }
}
