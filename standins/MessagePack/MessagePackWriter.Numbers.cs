using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MessagePack;

public ref partial struct MessagePackWriter
{
    /// <summary>Writes an integer.</summary>
    public void Write(byte value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    public void Write(sbyte value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(ushort value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    public void Write(short value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(uint value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes a UTF-16 code unit as its number.</summary>
    public void Write(char value) => Write((ulong)value);

    /// <summary>Writes a boolean.</summary>
    public void Write(bool value) => WriteCode(value ? Code.True : Code.False);

    /// <summary>Writes an integer. What is not negative takes an unsigned form, as in the original.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(long value)
    {
        if (value >= 0)
            Write((ulong)value);
        else
            WriteNegative(value);
    }

    /// <summary>Writes an integer.</summary>
    public void Write(ulong value)
    {
        Span<byte> target = Reserve(9);
        switch (value)
        {
            case <= Code.MaxFixInt:
                target[0] = (byte)value;
                used++;
                break;
            case <= byte.MaxValue:
                target[0] = Code.UInt8;
                target[1] = (byte)value;
                used += 2;
                break;
            case <= ushort.MaxValue:
                target[0] = Code.UInt16;
                BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)value);
                used += 3;
                break;
            case <= uint.MaxValue:
                target[0] = Code.UInt32;
                BinaryPrimitives.WriteUInt32BigEndian(target[1..], (uint)value);
                used += 5;
                break;
            default:
                target[0] = Code.UInt64;
                BinaryPrimitives.WriteUInt64BigEndian(target[1..], value);
                used += 9;
                break;
        }
    }

    /// <summary>Writes a 32-bit float, always as one.</summary>
    public void Write(float value)
    {
        Span<byte> target = Reserve(5);
        target[0] = Code.Float32;
        BinaryPrimitives.WriteSingleBigEndian(target[1..], value);
        used += 5;
    }

    /// <summary>Writes a 64-bit float, always as one.</summary>
    public void Write(double value)
    {
        Span<byte> target = Reserve(9);
        target[0] = Code.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(target[1..], value);
        used += 9;
    }

    /// <summary>
    /// Writes a timestamp (extension -1) in the shortest of its three forms. Local time is converted to UTC, time of
    /// unspecified kind is taken for UTC.
    /// </summary>
    public void Write(DateTime dateTime)
    {
        long ticks = (dateTime.Kind == DateTimeKind.Local ? dateTime.ToUniversalTime() : dateTime).Ticks;
        long seconds = (ticks / TimeSpan.TicksPerSecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond);
        uint nanoseconds = (uint)(ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        Span<byte> target = Reserve(15);
        if (seconds >> 34 != 0)
        {
            target[0] = Code.Ext8;
            target[1] = 12;
            target[2] = unchecked((byte)Code.Timestamp);
            BinaryPrimitives.WriteUInt32BigEndian(target[3..], nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(target[7..], seconds);
            used += 15;
            return;
        }

        ulong word = ((ulong)nanoseconds << 34) | (ulong)seconds;
        target[1] = unchecked((byte)Code.Timestamp);
        if (word <= uint.MaxValue)
        {
            target[0] = Code.FixExt4;
            BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)word);
            used += 6;
        }
        else
        {
            target[0] = Code.FixExt8;
            BinaryPrimitives.WriteUInt64BigEndian(target[2..], word);
            used += 10;
        }
    }

    private void WriteNegative(long value)
    {
        Span<byte> target = Reserve(9);
        switch (value)
        {
            case >= -32:
                target[0] = (byte)value;
                used++;
                break;
            case >= sbyte.MinValue:
                target[0] = Code.Int8;
                target[1] = (byte)value;
                used += 2;
                break;
            case >= short.MinValue:
                target[0] = Code.Int16;
                BinaryPrimitives.WriteInt16BigEndian(target[1..], (short)value);
                used += 3;
                break;
            case >= int.MinValue:
                target[0] = Code.Int32;
                BinaryPrimitives.WriteInt32BigEndian(target[1..], (int)value);
                used += 5;
                break;
            default:
                target[0] = Code.Int64;
                BinaryPrimitives.WriteInt64BigEndian(target[1..], value);
                used += 9;
                break;
        }
    }
}
