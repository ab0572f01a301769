using System.Buffers;

namespace MessagePack;

/// <summary>
/// Turns annotated objects into MessagePack and back. Whatever goes wrong on the way is a
/// <see cref="MessagePackSerializationException"/> with the cause inside it; only a token that is cancelled before a
/// stream is touched is an <see cref="OperationCanceledException"/>.
/// </summary>
public static partial class MessagePackSerializer
{
    private const int ReadBytes = 16 * 1024;

    /// <summary>The options of calls that give none.</summary>
    public static MessagePackSerializerOptions DefaultOptions { get; set; } = MessagePackSerializerOptions.Standard;

    /// <summary>Serializes to a new array.</summary>
    public static byte[] Serialize<T>(T value, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        GrowingBuffer buffer = GrowingBuffer.Rent();
        try
        {
            Serialize(buffer, value, options, cancellationToken);
            return buffer.Written.ToArray();
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <summary>Serializes to a buffer writer.</summary>
    public static void Serialize<T>(IBufferWriter<byte> writer, T value, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var messagePackWriter = new MessagePackWriter(writer) { Cancellation = cancellationToken };
        Serialize(ref messagePackWriter, value, options);
        messagePackWriter.Flush();
    }

    /// <summary>Serializes after what <paramref name="writer"/> has written; the caller flushes.</summary>
    public static void Serialize<T>(ref MessagePackWriter writer, T value, MessagePackSerializerOptions? options = null)
    {
        try
        {
            Formatters.FormatterOf<T>.Get().Serialize(ref writer, value, options ?? DefaultOptions);
        }
        catch (Exception cause)
        {
            throw new MessagePackSerializationException($"Failed to serialize {typeof(T).FullName} value.", cause);
        }
    }

    /// <summary>Serializes to a stream.</summary>
    public static void Serialize<T>(Stream stream, T value, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = Serialize(value, options, cancellationToken);
        try
        {
            stream.Write(bytes);
        }
        catch (Exception cause)
        {
            throw WritingFailed(cause);
        }
    }

    /// <summary>Serializes to a stream.</summary>
    public static async Task SerializeAsync<T>(Stream stream, T value, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = Serialize(value, options, cancellationToken);
        try
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            throw WritingFailed(cause);
        }
    }

    /// <summary>Deserializes the value at the start of <paramref name="buffer"/>; what follows it is not looked at.</summary>
    public static T Deserialize<T>(ReadOnlyMemory<byte> buffer, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        Deserialize<T>(buffer, options, out _, cancellationToken);

    /// <summary>As the overload without it, telling also how many bytes the value took.</summary>
    public static T Deserialize<T>(ReadOnlyMemory<byte> buffer, out int bytesRead, CancellationToken cancellationToken = default) =>
        Deserialize<T>(buffer, null, out bytesRead, cancellationToken);

    /// <summary>As the overload without it, telling also how many bytes the value took.</summary>
    public static T Deserialize<T>(ReadOnlyMemory<byte> buffer, MessagePackSerializerOptions? options, out int bytesRead, CancellationToken cancellationToken = default)
    {
        var reader = new MessagePackReader(buffer) { Cancellation = cancellationToken };
        T value = Deserialize<T>(ref reader, options);
        bytesRead = (int)reader.Consumed;
        return value;
    }

    /// <summary>Deserializes the value at the start of a sequence.</summary>
    public static T Deserialize<T>(in ReadOnlySequence<byte> byteSequence, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var reader = new MessagePackReader(byteSequence) { Cancellation = cancellationToken };
        return Deserialize<T>(ref reader, options);
    }

    /// <summary>Deserializes the next value of <paramref name="reader"/>.</summary>
    public static T Deserialize<T>(ref MessagePackReader reader, MessagePackSerializerOptions? options = null)
    {
        try
        {
            return Formatters.FormatterOf<T>.Get().Deserialize(ref reader, options ?? DefaultOptions);
        }
        catch (Exception cause)
        {
            throw new MessagePackSerializationException($"Failed to deserialize {typeof(T).FullName} value.", cause);
        }
    }

    /// <summary>Deserializes one value from a stream, which is left right behind it when it can seek, else at its end.</summary>
    public static T Deserialize<T>(Stream stream, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = new GrowingBuffer();
        try
        {
            for (int read = 1; read > 0; buffer.Advance(read))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read = stream.Read(buffer.GetSpan(ReadBytes));
            }
        }
        catch (Exception cause)
        {
            throw ReadingFailed(cause);
        }

        return DeserializeAndRewind<T>(stream, buffer.Written, options, cancellationToken);
    }

    /// <summary>Deserializes one value from a stream, which is left right behind it when it can seek, else at its end.</summary>
    public static async ValueTask<T> DeserializeAsync<T>(Stream stream, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = new GrowingBuffer();
        try
        {
            for (int read = 1; read > 0; buffer.Advance(read))
                read = await stream.ReadAsync(buffer.GetMemory(ReadBytes), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            throw ReadingFailed(cause);
        }

        return DeserializeAndRewind<T>(stream, buffer.Written, options, cancellationToken);
    }

    private static T DeserializeAndRewind<T>(Stream stream, ReadOnlyMemory<byte> bytes, MessagePackSerializerOptions? options, CancellationToken cancellationToken)
    {
        T value = Deserialize<T>(bytes, options, out int bytesRead, cancellationToken);
        if (stream.CanSeek && bytesRead < bytes.Length)
            stream.Seek(bytesRead - bytes.Length, SeekOrigin.Current);
        return value;
    }

    private static MessagePackSerializationException WritingFailed(Exception cause) =>
        new("Error occurred while writing the serialized data to the stream.", cause);

    private static MessagePackSerializationException ReadingFailed(Exception cause) =>
        new("Error occurred while reading from the stream.", cause);
}
