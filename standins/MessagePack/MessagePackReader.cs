using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace MessagePack;

/// <summary>
/// Reads MessagePack tokens one after another. Never trusts a length: what a header announces must fit the bytes that
/// are left. Data that ends too early is an <see cref="EndOfStreamException"/>, a token of another kind a
/// <see cref="MessagePackSerializationException"/>, a number that does not fit an <see cref="OverflowException"/>.
/// </summary>
public ref partial struct MessagePackReader
{
    private readonly ReadOnlyMemory<byte> memory;
    private readonly ReadOnlySpan<byte> span;
    private int position;

    /// <summary>A reader at the start of <paramref name="memory"/>.</summary>
    public MessagePackReader(ReadOnlyMemory<byte> memory)
    {
        this.memory = memory;
        span = memory.Span;
    }

    /// <summary>A reader at the start of a sequence. More than one segment is copied together once.</summary>
    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence)
        : this(readOnlySequence.IsSingleSegment ? readOnlySequence.First : readOnlySequence.ToArray())
    {
    }

    internal CancellationToken Cancellation { get; init; }

    internal int Depth { get; set; }

    /// <summary>How many bytes have been read.</summary>
    public readonly long Consumed => position;

    /// <summary>Whether no byte is left.</summary>
    public readonly bool End => position >= span.Length;

    /// <summary>The kind of the next token.</summary>
    public readonly MessagePackType NextMessagePackType => Code.TypeOf(NextCode);

    internal readonly byte NextCode => position < span.Length ? span[position] : throw NotEnoughBytes();

    private readonly int Remaining => span.Length - position;

    /// <summary>Reads a nil if one is next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadNil()
    {
        if (NextCode != Code.Nil)
            return false;
        position++;
        return true;
    }

    /// <summary>Reads an array's header: how many values follow. Each takes a byte at least, so more than are left is refused.</summary>
    public int ReadArrayHeader()
    {
        int count = ReadArrayCount();
        return count <= Remaining ? count : throw NotEnoughBytes();
    }

    /// <summary>Reads a map's header: how many pairs follow. Each takes two bytes at least, so more than are left is refused.</summary>
    public int ReadMapHeader()
    {
        int count = ReadMapCount();
        return count * 2L <= Remaining ? count : throw NotEnoughBytes();
    }

    /// <summary>Reads a boolean.</summary>
    public bool ReadBoolean() => NextCode switch
    {
        Code.True => Take(1)[0] == Code.True,
        Code.False => Take(1)[0] == Code.True,
        byte code => throw InvalidCode(code),
    };

    /// <summary>Reads text, null for a nil. Bytes that are not UTF-8 become U+FFFD.</summary>
    public string? ReadString() => TryReadNil() ? null : Encoding.UTF8.GetString(Take(ReadStringLength()));

    /// <summary>Reads bytes, null for a nil. Text is accepted too, as its bytes. The result is a view of the input.</summary>
    public ReadOnlySequence<byte>? ReadBytes()
    {
        if (TryReadNil())
            return null;
        int length = Code.TypeOf(NextCode) == MessagePackType.String ? ReadStringLength() : ReadBinaryLength();
        int start = position;
        Take(length);
        return new ReadOnlySequence<byte>(memory.Slice(start, length));
    }

    /// <summary>Reads the next value whole, with all that it holds, as it is on the wire. The result is a view of the input.</summary>
    public ReadOnlySequence<byte> ReadRaw()
    {
        int start = position;
        Skip();
        return new ReadOnlySequence<byte>(memory[start..position]);
    }

    /// <summary>The text's bytes, a view of the input; false for a nil, which is read as well.</summary>
    internal bool TryReadText(out ReadOnlySpan<byte> text)
    {
        bool isText = !TryReadNil();
        text = isText ? Take(ReadStringLength()) : default;
        return isText;
    }

    internal byte[]? ReadByteArray() => ReadBytes()?.ToArray();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw NotEnoughBytes();
        ReadOnlySpan<byte> taken = span.Slice(position, count);
        position += count;
        return taken;
    }

    private static EndOfStreamException NotEnoughBytes() => new();

    private static MessagePackSerializationException InvalidCode(byte code) =>
        new($"Unexpected msgpack code {code} ({Code.TypeOf(code)}) encountered.");
}
