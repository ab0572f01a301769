using System.Buffers;
using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>Every way in and out: arrays, buffer writers, sequences, streams, cancellation.</summary>
public sealed class OverloadTests
{
    private static readonly Job2 Job = new("a", 3, null);

    private static readonly byte[] JobBytes = MessagePackSerializer.Serialize(Job);

    [Fact]
    public void BufferWriterAndSequence_OfManySegments_CarryTheSameBytes()
    {
        Rich rich = Rich.Draw(new Random(5));
        var writer = new ArrayBufferWriter<byte>();
        MessagePackSerializer.Serialize(writer, rich);
        Assert.Equal(MessagePackSerializer.Serialize(rich), writer.WrittenSpan.ToArray());
        foreach (int size in new[] { 1, 2, 3, 7, 64 })
        {
            ReadOnlySequence<byte> pieces = Segment.Split(writer.WrittenMemory, size);
            Assert.Equal(rich.Flatten(), MessagePackSerializer.Deserialize<Rich>(pieces).Flatten());
        }
    }

    [Fact]
    public void WriterAndReader_SharedByMessages_ContinueWhereTheOneBeforeEnded()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.Write("header");
        MessagePackSerializer.Serialize(ref writer, Job);
        MessagePackSerializer.Serialize(ref writer, 5);
        writer.Flush();

        var reader = new MessagePackReader(buffer.WrittenMemory);
        Assert.Equal("header", reader.ReadString());
        Assert.Equal(Job, MessagePackSerializer.Deserialize<Job2>(ref reader));
        Assert.Equal(5, MessagePackSerializer.Deserialize<int>(ref reader));
        Assert.True(reader.End);
    }

    [Fact]
    public void BytesRead_WithBytesBehindTheValue_CountsTheValueOnly()
    {
        byte[] more = [.. JobBytes, 1, 2];
        Assert.Equal(Job, MessagePackSerializer.Deserialize<Job2>(more));
        MessagePackSerializer.Deserialize<Job2>(more, out int bytesRead);
        Assert.Equal(JobBytes.Length, bytesRead);
        MessagePackSerializer.Deserialize<Job2>(more, MessagePackSerializerOptions.Standard, out bytesRead);
        Assert.Equal(JobBytes.Length, bytesRead);
    }

    [Fact]
    public async Task Streams_ThatCanSeek_AreLeftBehindTheValue()
    {
        using var stream = new MemoryStream();
        MessagePackSerializer.Serialize(stream, Job);
        await MessagePackSerializer.SerializeAsync(stream, Job);
        Assert.Equal(JobBytes.Length * 2, stream.Length);
        stream.Position = 0;
        Assert.Equal(Job, MessagePackSerializer.Deserialize<Job2>(stream));
        Assert.Equal(JobBytes.Length, stream.Position);
        Assert.Equal(Job, await MessagePackSerializer.DeserializeAsync<Job2>(stream));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public async Task Streams_ThatCannotSeek_AreReadToTheirEnd()
    {
        string big = new('x', 100_000);
        using var stream = new OneWay(MessagePackSerializer.Serialize(big));
        Assert.Equal(big, await MessagePackSerializer.DeserializeAsync<string>(stream));
        using var again = new OneWay(MessagePackSerializer.Serialize(big));
        Assert.Equal(big, MessagePackSerializer.Deserialize<string>(again));
    }

    [Fact]
    public async Task Streams_ThatFail_AreTheCauseOfTheException()
    {
        using var readOnly = new MemoryStream(new byte[1], writable: false);
        Assert.IsType<NotSupportedException>(Assert.Throws<MessagePackSerializationException>(
            () => MessagePackSerializer.Serialize(readOnly, 1000)).InnerException);
        Assert.IsType<NotSupportedException>((await Assert.ThrowsAsync<MessagePackSerializationException>(
            () => MessagePackSerializer.SerializeAsync(readOnly, 1000))).InnerException);
        using var broken = new OneWay([]) { IsBroken = true };
        Assert.IsType<IOException>(Assert.Throws<MessagePackSerializationException>(
            () => MessagePackSerializer.Deserialize<int>(broken)).InnerException);
        Assert.IsType<IOException>((await Assert.ThrowsAsync<MessagePackSerializationException>(
            async () => await MessagePackSerializer.DeserializeAsync<int>(broken))).InnerException);
    }

    [Fact]
    public async Task Cancellation_BeforeAStream_IsPlainAndInsideACollectionIsTheCause()
    {
        var cancelled = new CancellationToken(canceled: true);
        using var stream = new MemoryStream([1]);
        Assert.Throws<OperationCanceledException>(() => MessagePackSerializer.Serialize(stream, 1, null, cancelled));
        Assert.Throws<OperationCanceledException>(() => MessagePackSerializer.Deserialize<int>(stream, null, cancelled));
        await Assert.ThrowsAsync<OperationCanceledException>(() => MessagePackSerializer.SerializeAsync(stream, 1, null, cancelled));

        var map = new Dictionary<string, int> { ["a"] = 1 };
        byte[] bytes = MessagePackSerializer.Serialize(map);
        foreach (Action use in new Action[]
        {
            () => MessagePackSerializer.Serialize(map, null, cancelled),
            () => MessagePackSerializer.Deserialize<Dictionary<string, int>>(bytes, null, cancelled),
        })
        {
            Assert.IsType<OperationCanceledException>(Assert.Throws<MessagePackSerializationException>(use).InnerException);
        }
    }

    [Fact]
    public async Task Threads_SerializingAtOnce_DoNotDisturbEachOther()
    {
        await Parallel.ForAsync(0, 64, async (number, stop) =>
        {
            Rich rich = Rich.Draw(new Random(number));
            for (int i = 0; i < 50; i++)
            {
                byte[] bytes = MessagePackSerializer.Serialize(rich, cancellationToken: stop);
                await Task.Yield();
                Assert.Equal(rich.Flatten(), MessagePackSerializer.Deserialize<Rich>(bytes, cancellationToken: stop).Flatten());
            }
        });
    }

    /// <summary>A stream like a socket's: forward only, a few bytes at a time.</summary>
    private sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
    {
        public bool IsBroken { get; init; }

        public override bool CanSeek => false;

        public override bool TryGetBuffer(out ArraySegment<byte> buffer)
        {
            buffer = default;
            return false;
        }

        public override int Read(Span<byte> buffer) =>
            IsBroken ? throw new IOException("broken") : base.Read(buffer[..Math.Min(buffer.Length, 1000)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
