using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace MessagePack;

/// <summary>
/// Writes MessagePack tokens one after another, each in its shortest form. Bytes reach the underlying writer when its
/// current span is full and at <see cref="Flush"/>; a writer that is not flushed may have written nothing.
/// </summary>
public ref partial struct MessagePackWriter
{
    private readonly IBufferWriter<byte> output;
    private Span<byte> buffer;
    private int used;

    /// <summary>A writer that appends to <paramref name="writer"/>.</summary>
    public MessagePackWriter(IBufferWriter<byte> writer) => output = writer;

    internal CancellationToken Cancellation { get; init; }

    /// <summary>Hands what has been written to the underlying writer.</summary>
    public void Flush()
    {
        if (used > 0)
            output.Advance(used);
        buffer = default;
        used = 0;
    }

    /// <summary>Writes a nil.</summary>
    public void WriteNil() => WriteCode(Code.Nil);

    /// <summary>Writes an array's header; that many values must follow.</summary>
    public void WriteArrayHeader(int count)
    {
        if (count <= 15)
            WriteCode((byte)(Code.FixArray | count));
        else
            WriteLength(count, 0, Code.Array16, Code.Array32);
    }

    /// <summary>Writes a map's header; that many pairs must follow.</summary>
    public void WriteMapHeader(int count)
    {
        if (count <= 15)
            WriteCode((byte)(Code.FixMap | count));
        else
            WriteLength(count, 0, Code.Map16, Code.Map32);
    }

    /// <summary>Writes bytes that are MessagePack already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> rawMessagePackBlock) => Append(rawMessagePackBlock);

    /// <summary>Writes bytes that are MessagePack already.</summary>
    public void WriteRaw(in ReadOnlySequence<byte> rawMessagePackBlock)
    {
        foreach (ReadOnlyMemory<byte> segment in rawMessagePackBlock)
            WriteRaw(segment.Span);
    }

    /// <summary>Writes bytes, or a nil.</summary>
    public void Write(byte[]? src)
    {
        if (src == null)
            WriteNil();
        else
            Write(src.AsSpan());
    }

    /// <summary>Writes bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> src)
    {
        WriteLength(src.Length, Code.Bin8, Code.Bin16, Code.Bin32);
        Append(src);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(in ReadOnlySequence<byte> src)
    {
        WriteLength(checked((int)src.Length), Code.Bin8, Code.Bin16, Code.Bin32);
        WriteRaw(src);
    }

    /// <summary>Writes text, or a nil. A lone surrogate becomes U+FFFD.</summary>
    public void Write(string? value)
    {
        if (value == null)
        {
            WriteNil();
            return;
        }

        // Ten code units take 30 bytes at most, which the short header can always say; longer text is counted first.
        if (value.Length <= 10)
        {
            Span<byte> target = Reserve(31);
            int written = Encoding.UTF8.GetBytes(value, target[1..]);
            target[0] = (byte)(Code.FixStr | written);
            used += 1 + written;
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        WriteStringLength(length);
        Span<byte> text = Reserve(length);
        used += Encoding.UTF8.GetBytes(value, text);
    }

    /// <summary>Writes text that is UTF-8 already.</summary>
    public void WriteString(ReadOnlySpan<byte> utf8stringBytes) => WriteText(utf8stringBytes);

    // WriteRaw and WriteString take spans that are not scoped, as in the original: what compiles here must compile there.
    internal void WriteText(scoped ReadOnlySpan<byte> utf8)
    {
        WriteStringLength(utf8.Length);
        Append(utf8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Reserve(int count)
    {
        if (buffer.Length - used < count)
            Grow(count);
        return buffer[used..];
    }

    internal void Advance(int count) => used += count;

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        used += bytes.Length;
    }

    private void Grow(int count)
    {
        Flush();
        buffer = output.GetSpan(count);
    }

    private void WriteCode(byte code)
    {
        Reserve(1)[0] = code;
        used++;
    }

    private void WriteStringLength(int length)
    {
        if (length <= 31)
            WriteCode((byte)(Code.FixStr | length));
        else
            WriteLength(length, Code.Str8, Code.Str16, Code.Str32);
    }

    /// <summary>Writes a length in the shortest of its forms; arrays and maps have none of 8 bits (code 0).</summary>
    private void WriteLength(int length, byte code8, byte code16, byte code32)
    {
        Span<byte> target = Reserve(5);
        if (length <= byte.MaxValue && code8 != 0)
        {
            target[0] = code8;
            target[1] = (byte)length;
            used += 2;
        }
        else if (length <= ushort.MaxValue)
        {
            target[0] = code16;
            BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)length);
            used += 3;
        }
        else
        {
            target[0] = code32;
            BinaryPrimitives.WriteInt32BigEndian(target[1..], length);
            used += 5;
        }
    }
}
