using System.Buffers.Binary;
using System.IO.Compression;

namespace SeqCluster.Pictures.Tests;

public sealed class PngTests
{
    [Fact]
    public void Encode_SmallPicture_HoldsItsColours()
    {
        byte[] colours = [.. Enumerable.Range(0, 3 * 2 * 3).Select(i => (byte)(37 * i))];
        var chunks = Chunks(Png.Encode(3, 2, colours)).ToList();

        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal(new byte[] { 0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0 }, chunks[0].Content);
        using var stream = new ZLibStream(new MemoryStream(chunks[1].Content), CompressionMode.Decompress);
        var rows = new byte[20];
        stream.ReadExactly(rows);
        Assert.Equal(-1, stream.ReadByte());
        Assert.Equal((2, 2), (rows[0], rows[10]));
        Assert.Equal(colours[..9], rows[1..10]);
        Assert.Equal(colours[9..], rows[11..].Zip(rows[1..10]).Select(pair => (byte)(pair.First + pair.Second)));
    }

    // The check sum of an empty IEND chunk is printed in every description of the format.
    [Fact]
    public void Encode_LastChunk_HasTheKnownCheckSum() =>
        Assert.Equal(new byte[] { 0xAE, 0x42, 0x60, 0x82 }, Png.Encode(1, 1, [1, 2, 3])[^4..]);

    [Fact]
    public void Encode_OtherNumberOfColours_IsRefused() =>
        Assert.Contains("12", Assert.Throws<ArgumentException>(() => Png.Encode(2, 2, new byte[11])).Message);

    private static IEnumerable<(string Type, byte[] Content)> Chunks(byte[] file)
    {
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            yield return (System.Text.Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]);
            at += length + 12;
        }
    }
}
