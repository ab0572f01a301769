using System.Buffers;
using System.Buffers.Text;

namespace MessagePack.Formatters;

/// <summary>The types whose format is fixed. Numbers, text and bytes have tokens of their own; the rest is agreed by the original.</summary>
internal static class BuiltIn
{
    public static readonly Dictionary<Type, object> Formatters = new[]
    {
        Token<bool>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadBoolean()),
        Token<byte>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadByte()),
        Token<sbyte>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadSByte()),
        Token<short>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadInt16()),
        Token<ushort>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadUInt16()),
        Token<int>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadInt32()),
        Token<uint>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadUInt32()),
        Token<long>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadInt64()),
        Token<ulong>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadUInt64()),
        Token<float>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadSingle()),
        Token<double>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadDouble()),
        Token<char>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadChar()),
        Token<DateTime>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadDateTime()),
        Token<string?>((ref w, v, _) => w.Write(v), (ref r, _) => r.ReadString()),
        Token<byte[]?>((ref w, v, _) => w.Write(v), ReadByteArray),
        Token<Memory<byte>>((ref w, v, _) => w.Write(v.Span), (ref r, _) => r.ReadByteArray()),
        Token<ReadOnlyMemory<byte>>((ref w, v, _) => w.Write(v.Span), (ref r, _) => r.ReadByteArray()),
        Token<ReadOnlySequence<byte>>((ref w, v, _) => w.Write(v), (ref r, _) => new(r.ReadByteArray() ?? [])),
        Token<float[]?>(NumberArrays.Write, (ref r, _) => NumberArrays.ReadSingles(ref r)),
        Token<double[]?>(NumberArrays.Write, (ref r, _) => NumberArrays.ReadDoubles(ref r)),
        Token<TimeSpan>((ref w, v, _) => w.Write(v.Ticks), (ref r, _) => new TimeSpan(r.ReadInt64())),
        Token<DateTimeOffset>(WriteDateTimeOffset, ReadDateTimeOffset),
        Token<Guid>(WriteGuid, ReadGuid),
        Token<decimal>(WriteDecimal, ReadDecimal),
        Token<Uri?>(
            (ref w, v, _) => w.Write(v?.OriginalString),
            (ref r, _) => r.ReadString() is { } text ? new Uri(text, UriKind.RelativeOrAbsolute) : null),
    }.ToDictionary();

    private static KeyValuePair<Type, object> Token<T>(Write<T> write, Read<T> read) =>
        new(typeof(T), new DelegateFormatter<T>(write, read));

    // An array of small integers is read as bytes too: that is how other languages may send them.
    private static byte[]? ReadByteArray(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.NextMessagePackType != MessagePackType.Array)
            return reader.ReadByteArray();
        byte[] bytes = new byte[reader.ReadArrayHeader()];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = reader.ReadByte();
        return bytes;
    }

    // The local time goes out as if it were UTC, its offset in minutes beside it: the original keeps this for compatibility.
    private static void WriteDateTimeOffset(ref MessagePackWriter writer, DateTimeOffset value, MessagePackSerializerOptions options)
    {
        writer.WriteArrayHeader(2);
        writer.Write(new DateTime(value.Ticks, DateTimeKind.Utc));
        writer.Write((short)value.Offset.TotalMinutes);
    }

    private static DateTimeOffset ReadDateTimeOffset(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.ReadArrayHeader() != 2)
            throw new MessagePackSerializationException("Invalid DateTimeOffset format.");
        long ticks = reader.ReadDateTime().Ticks;
        return new DateTimeOffset(ticks, TimeSpan.FromMinutes(reader.ReadInt16()));
    }

    private static void WriteGuid(ref MessagePackWriter writer, Guid value, MessagePackSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[36];
        Utf8Formatter.TryFormat(value, text, out int length);
        writer.WriteText(text[..length]);
    }

    private static Guid ReadGuid(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        reader.TryReadText(out ReadOnlySpan<byte> text);
        return text.Length == 36 && Utf8Parser.TryParse(text, out Guid value, out int read) && read == 36
            ? value
            : throw new MessagePackSerializationException("Invalid Guid Pattern.");
    }

    private static void WriteDecimal(ref MessagePackWriter writer, decimal value, MessagePackSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[31];
        Utf8Formatter.TryFormat(value, text, out int length);
        writer.WriteText(text[..length]);
    }

    private static decimal ReadDecimal(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        reader.TryReadText(out ReadOnlySpan<byte> text);
        return Utf8Parser.TryParse(text, out decimal value, out int read) && read == text.Length
            ? value
            : throw new MessagePackSerializationException("Can't parse to decimal, input string was not in a correct format.");
    }
}
