using System.Buffers.Binary;

namespace MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>
    /// Passes over the next value and all that it holds. Nesting costs no stack: the values still to pass are counted,
    /// and a container only adds to the count.
    /// </summary>
    public void Skip()
    {
        for (long left = 1; left > 0; left--)
        {
            byte code = NextCode;
            switch (Code.TypeOf(code))
            {
                case MessagePackType.Array:
                    left = checked(left + ReadArrayCount());
                    break;
                case MessagePackType.Map:
                    left = checked(left + (ReadMapCount() * 2L));
                    break;
                case MessagePackType.String:
                    Take(ReadStringLength());
                    break;
                case MessagePackType.Binary:
                    Take(ReadBinaryLength());
                    break;
                case MessagePackType.Extension:
                    Take(ReadExtensionHeader().Length);
                    break;
                case MessagePackType.Unknown:
                    throw InvalidCode(code);
                default:
                    Take(ScalarSize(code));
                    break;
            }
        }
    }

    internal (sbyte Type, int Length) ReadExtensionHeader()
    {
        byte code = NextCode;
        int length = code switch
        {
            >= Code.FixExt1 and <= Code.FixExt16 => TakeLength(0, 1 << (code - Code.FixExt1)),
            Code.Ext8 => TakeLength(1, 0),
            Code.Ext16 => TakeLength(2, 0),
            Code.Ext32 => TakeLength(4, 0),
            _ => throw InvalidCode(code),
        };
        sbyte type = (sbyte)Take(1)[0];
        return length <= Remaining ? (type, length) : throw NotEnoughBytes();
    }

    internal ReadOnlySpan<byte> ReadExtensionBody(int length) => Take(length);

    private int ReadArrayCount() => NextCode switch
    {
        >= Code.FixArray and < Code.FixStr => Take(1)[0] & 0x0f,
        Code.Array16 => TakeLength(2, 0),
        Code.Array32 => TakeLength(4, 0),
        byte code => throw InvalidCode(code),
    };

    private int ReadMapCount() => NextCode switch
    {
        >= Code.FixMap and < Code.FixArray => Take(1)[0] & 0x0f,
        Code.Map16 => TakeLength(2, 0),
        Code.Map32 => TakeLength(4, 0),
        byte code => throw InvalidCode(code),
    };

    private int ReadStringLength() => NextCode switch
    {
        >= Code.FixStr and < Code.Nil => Take(1)[0] & 0x1f,
        Code.Str8 => TakeLength(1, 0),
        Code.Str16 => TakeLength(2, 0),
        Code.Str32 => TakeLength(4, 0),
        byte code => throw InvalidCode(code),
    };

    private int ReadBinaryLength() => NextCode switch
    {
        Code.Bin8 => TakeLength(1, 0),
        Code.Bin16 => TakeLength(2, 0),
        Code.Bin32 => TakeLength(4, 0),
        byte code => throw InvalidCode(code),
    };

    /// <summary>Takes the code and a big-endian length of <paramref name="bytes"/> bytes; no bytes mean <paramref name="implied"/>.</summary>
    private int TakeLength(int bytes, int implied)
    {
        ReadOnlySpan<byte> token = Take(1 + bytes)[1..];
        return bytes switch
        {
            0 => implied,
            1 => token[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(token),
            _ => checked((int)BinaryPrimitives.ReadUInt32BigEndian(token)),
        };
    }

    /// <summary>The size of a number, boolean or nil with its code. Signed and unsigned codes both run 8, 16, 32, 64 bits.</summary>
    private static int ScalarSize(byte code) => code switch
    {
        >= Code.UInt8 and <= Code.UInt64 => 1 + (1 << (code - Code.UInt8)),
        >= Code.Int8 and <= Code.Int64 => 1 + (1 << (code - Code.Int8)),
        Code.Float32 => 5,
        Code.Float64 => 9,
        _ => 1,
    };
}
