using System.Buffers;
using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>The reader and the writer by themselves, as a frame header uses them.</summary>
public sealed class ReaderWriterTests
{
    [Fact]
    public void Tokens_OfEveryKind_AreReadAsWritten()
    {
        var time = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(20);
        writer.WriteMapHeader(70_000);
        writer.WriteNil();
        writer.Write(true);
        writer.Write((byte)200);
        writer.Write((sbyte)-100);
        writer.Write((short)-300);
        writer.Write((ushort)60_000);
        writer.Write(-70_000);
        writer.Write(4_000_000_000u);
        writer.Write(long.MinValue);
        writer.Write(ulong.MaxValue);
        writer.Write('x');
        writer.Write(0.5f);
        writer.Write(0.25);
        writer.Write(time);
        writer.Write("text");
        writer.WriteString("utf-8"u8);
        writer.Write(new byte[] { 1, 2 });
        writer.Write((ReadOnlySpan<byte>)[3]);
        writer.Write(new ReadOnlySequence<byte>([4, 5]));
        writer.Write((string?)null);
        writer.Write((byte[]?)null);
        writer.Flush();

        // A reader is a ref struct: the padding lets the headers pass, which promise more than follows.
        byte[] bytes = [.. buffer.WrittenSpan, .. new byte[140_000]];
        var reader = new MessagePackReader(bytes);
        Assert.Equal(20, reader.ReadArrayHeader());
        Assert.Equal(70_000, reader.ReadMapHeader());
        Assert.True(reader.TryReadNil());
        Assert.False(reader.TryReadNil());
        Assert.True(reader.ReadBoolean());
        Assert.Equal(200, reader.ReadByte());
        Assert.Equal(-100, reader.ReadSByte());
        Assert.Equal(-300, reader.ReadInt16());
        Assert.Equal(60_000, reader.ReadUInt16());
        Assert.Equal(-70_000, reader.ReadInt32());
        Assert.Equal(4_000_000_000u, reader.ReadUInt32());
        Assert.Equal(long.MinValue, reader.ReadInt64());
        Assert.Equal(ulong.MaxValue, reader.ReadUInt64());
        Assert.Equal('x', reader.ReadChar());
        Assert.Equal(0.5f, reader.ReadSingle());
        Assert.Equal(0.25, reader.ReadDouble());
        Assert.Equal(time, reader.ReadDateTime());
        Assert.Equal("text", reader.ReadString());
        Assert.Equal("utf-8"u8.ToArray(), reader.ReadBytes()!.Value.ToArray());
        Assert.Equal([1, 2], reader.ReadBytes()!.Value.ToArray());
        Assert.Equal([3], reader.ReadBytes()!.Value.ToArray());
        Assert.Equal([4, 5], reader.ReadBytes()!.Value.ToArray());
        Assert.Null(reader.ReadString());
        Assert.Null(reader.ReadBytes());
        Assert.Equal(buffer.WrittenCount, reader.Consumed);
        Assert.False(reader.End);
    }

    [Fact]
    public void Raw_ValueWithAllThatItHolds_IsPassedOnUnread()
    {
        byte[] body = MessagePackSerializer.Serialize(Rich.Draw(new Random(3)));
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(3);
        writer.WriteRaw(body);
        writer.WriteRaw(new ReadOnlySequence<byte>(body));
        writer.Write(7);
        writer.Flush();

        var reader = new MessagePackReader(Segment.Split(buffer.WrittenMemory, 5));
        Assert.Equal(3, reader.ReadArrayHeader());
        Assert.Equal(body, reader.ReadRaw().ToArray());
        reader.Skip();
        Assert.Equal(7, reader.ReadInt32());
        Assert.True(reader.End);
    }

    [Theory]
    [InlineData(0x05, MessagePackType.Integer)]
    [InlineData(0xff, MessagePackType.Integer)]
    [InlineData(0xcf, MessagePackType.Integer)]
    [InlineData(0xd0, MessagePackType.Integer)]
    [InlineData(0xc0, MessagePackType.Nil)]
    [InlineData(0xc1, MessagePackType.Unknown)]
    [InlineData(0xc2, MessagePackType.Boolean)]
    [InlineData(0xc3, MessagePackType.Boolean)]
    [InlineData(0xca, MessagePackType.Float)]
    [InlineData(0xcb, MessagePackType.Float)]
    [InlineData(0xa3, MessagePackType.String)]
    [InlineData(0xdb, MessagePackType.String)]
    [InlineData(0xc4, MessagePackType.Binary)]
    [InlineData(0xc6, MessagePackType.Binary)]
    [InlineData(0x9f, MessagePackType.Array)]
    [InlineData(0xdd, MessagePackType.Array)]
    [InlineData(0x80, MessagePackType.Map)]
    [InlineData(0xde, MessagePackType.Map)]
    [InlineData(0xc7, MessagePackType.Extension)]
    [InlineData(0xd8, MessagePackType.Extension)]
    public void NextMessagePackType_OfACode_IsItsFamily(byte code, MessagePackType type) =>
        Assert.Equal(type, new MessagePackReader(new byte[] { code }).NextMessagePackType);

    [Fact]
    public void Skip_OfEveryCode_ConsumesExactlyTheValue()
    {
        foreach (string hex in new[]
        {
            "05", "e1", "c0", "c2", "cc01", "cd0102", "ce01020304", "cf0102030405060708", "d001", "d10102", "d201020304",
            "d30102030405060708", "ca01020304", "cb0102030405060708", "a161", "d90161", "da000161", "db0000000161", "c40101",
            "c5000101", "c60000000101", "920102", "dc00020102", "dd000000020102", "810102", "de00010102", "df000000010102",
            "d40101", "d5010101", "d60101020304", "d7010102030405060708", "d80101020304050607080102030405060708", "c7020101ff",
            "c8000201ffff", "c90000000201ffff", "9192c0810190",
        })
        {
            byte[] bytes = [.. Convert.FromHexString(hex), 0x2a];
            var reader = new MessagePackReader(bytes);
            reader.Skip();
            Assert.Equal(42, reader.ReadInt32());
        }
    }

    [Fact]
    public void Reader_AtTheEnd_SaysSo()
    {
        Assert.True(new MessagePackReader(ReadOnlyMemory<byte>.Empty).End);
        Assert.Throws<EndOfStreamException>(() => new MessagePackReader(ReadOnlyMemory<byte>.Empty).NextMessagePackType);
        Assert.Throws<EndOfStreamException>(() => Read(reader => reader.ReadArrayHeader(), 0x95, 1));
        Assert.Throws<EndOfStreamException>(() => Read(reader => reader.ReadMapHeader(), 0x82, 1, 1, 1));
        Assert.Throws<MessagePackSerializationException>(() => Read(reader => reader.ReadArrayHeader(), 0x80));
        Assert.Throws<MessagePackSerializationException>(() => Read(reader => reader.ReadInt32(), 0xc0));
        Assert.Throws<OverflowException>(() => Read(reader => reader.ReadByte(), 0xcd, 1, 0));

        static void Read(ReadOne read, params byte[] bytes) => read(new MessagePackReader(bytes));
    }

    [Fact]
    public void Text_ThatIsNotUnicode_BecomesTheReplacementCharacter()
    {
        Assert.Equal("\ufffd", MessagePackSerializer.Deserialize<string>(new byte[] { 0xa1, 0xff }));
        Assert.Equal("\ufffd", MessagePackSerializer.Deserialize<string>(MessagePackSerializer.Serialize("\ud800")));
    }

    [Fact]
    public void Json_OfEveryKind_ShowsIt()
    {
        // { 1: [nil, true, -1, u64, 0.5f, 0.25, "q\"\n", bin, ext 5], "t": timestamp 0 }
        byte[] bytes =
        [
            0x82, 0x01, 0x99, 0xc0, 0xc3, 0xff, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xca, 0x3f, 0, 0, 0,
            0xcb, 0x3f, 0xd0, 0, 0, 0, 0, 0, 0, 0xa3, .. "q\"\n"u8, 0xc4, 0x02, 1, 2, 0xd5, 5, 1, 2,
            0xa1, .. "t"u8, 0xd6, 0xff, 0, 0, 0, 0,
        ];
        Assert.Equal(
            """{"1":[null,true,-1,18446744073709551615,0.5,0.25,"q\"\n","AQI=",[5,"AQI="]],"t":"1970-01-01T00:00:00.0000000Z"}""",
            MessagePackSerializer.ConvertToJson(bytes));
        Assert.Equal("", MessagePackSerializer.ConvertToJson(ReadOnlyMemory<byte>.Empty));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.ConvertToJson(new byte[] { 0x92 }));
    }

    private delegate void ReadOne(MessagePackReader reader);
}
