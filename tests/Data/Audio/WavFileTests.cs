using System.Buffers.Binary;
using SeqCluster.Data.Audio;

namespace SeqCluster.Data.Tests.Audio;

public sealed class WavFileTests
{
    private static readonly Sound Wave = new(8_000, 1, [0, 0.5f, -0.5f, -1, 0.25f, 0.125f, -0.125f]);

    [Theory]
    [InlineData(SampleEncoding.Pcm8)]
    [InlineData(SampleEncoding.Pcm16)]
    [InlineData(SampleEncoding.Pcm24)]
    [InlineData(SampleEncoding.Float32)]
    public void Write_EveryEncoding_ReadsBackExactly(SampleEncoding encoding)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "x.wav");
        WavFile.Write(path, Wave, encoding);

        var read = WavFile.Read(path, 8_000);

        Assert.Equal(Wave.Samples, read.Samples);
        Assert.Equal((8_000, 1, 7), (read.Rate, read.Channels, read.Frames));
    }

    [Fact]
    public void ToBytes_OddNumberOfBytes_ArePaddedAndThePadIsNoSample()
    {
        var bytes = WavFile.ToBytes(new Sound(8_000, 1, [0.5f, 0.25f, 0]), SampleEncoding.Pcm8);

        Assert.Equal(44 + 3 + 1, bytes.Length);
        Assert.Equal((40u, 3u), (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(40))));
        Assert.Equal(0, bytes[^1]);
    }

    [Theory]
    [InlineData(SampleEncoding.Pcm8, 127 / 128f)]
    [InlineData(SampleEncoding.Pcm16, 32_767 / 32_768f)]
    [InlineData(SampleEncoding.Pcm24, 8_388_607 / 8_388_608f)]
    [InlineData(SampleEncoding.Float32, 3f)]
    public void Write_BeyondFullScale_IsClipped(SampleEncoding encoding, float highest)
    {
        var read = WavFile.Parse("x", WavFile.ToBytes(new Sound(8_000, 1, [3, encoding == SampleEncoding.Float32 ? -1 : -3]), encoding));

        Assert.Equal([highest, -1], read.Samples);
    }

    [Fact]
    public void Parse_TwoChannelsExtensibleAndOtherChunks_AreUnderstood()
    {
        var plain = WavFile.ToBytes(new Sound(44_100, 2, [0.5f, -0.5f, 0.25f, 0]), SampleEncoding.Pcm16);
        byte[] guid = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        byte[] format = [0xFE, 0xFF, .. plain[22..36], 22, 0, 16, 0, 3, 0, 0, 0, .. guid];
        byte[] bytes = [.. plain[..12], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. "fmt "u8, 40, 0, 0, 0, .. format, .. plain[36..]];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);

        var read = WavFile.Parse("x", [.. bytes, .. "trailing"u8]);

        Assert.Equal((44_100, 2), (read.Rate, read.Channels));
        Assert.Equal([0.5f, -0.5f, 0.25f, 0], read.Samples);
    }

    public static TheoryData<string, Action<byte[]>> Broken => new()
    {
        { "not a WAV file", bytes => bytes[0] = (byte)'X' },
        { "its header says 58 bytes, it has 57", bytes => Set(bytes, 4, 50) },
        { "format 85 of 16 bits", bytes => bytes[20] = 85 },
        { "format 1 of 12 bits", bytes => bytes[34] = 12 },
        { "contradicts itself", bytes => bytes[22] = 0 },
        { "contradicts itself", bytes => bytes[32] = 4 },
        { "0 Hz", bytes => Set(bytes, 24, 0) },
        { "its 'fmt ' chunk has 4 bytes", bytes => Set(bytes, 16, 4) },
        { "chunk at byte 36 says 99 bytes, 13 follow", bytes => Set(bytes, 40, 99) },
        { "13 bytes of samples make no whole frames of 2", bytes => Set(bytes, 40, 13) },
        { "samples come before their format", bytes => bytes[12] = (byte)'X' },
        { "no samples in it", bytes => bytes[36] = (byte)'X' },
        { "extensible format is of an unknown kind", bytes => (bytes[20], bytes[21]) = (0xFE, 0xFF) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Parse_Malformed_NamesFileFaultAndWayOut(string fault, Action<byte[]> damage)
    {
        byte[] bytes = [.. WavFile.ToBytes(Wave, SampleEncoding.Pcm16)[..57]];
        Set(bytes, 4, 49);
        Set(bytes, 40, 12);
        damage(bytes);

        var message = Assert.Throws<AudioFault>(() => WavFile.Parse("song.wav", bytes)).Message;

        Assert.Contains(fault, message);
        Assert.StartsWith("song.wav: ", message);
        Assert.Matches("(ffmpeg|record it again)", message);
    }

    [Fact]
    public void Parse_AnyCutOfAFile_IsRefused()
    {
        var bytes = WavFile.ToBytes(Wave, SampleEncoding.Pcm24);
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<AudioFault>(() => WavFile.Parse("x", bytes.AsSpan(0, length))));
    }

    [Fact]
    public void Read_OtherRateOrChannels_IsRefusedNotMended()
    {
        using var folder = new TemporaryFolder();
        var (slow, stereo) = (Path.Combine(folder.Path, "slow.wav"), Path.Combine(folder.Path, "stereo.wav"));
        WavFile.Write(slow, Wave);
        WavFile.Write(stereo, new Sound(16_000, 2, [0, 0]));

        Assert.Contains("8000 Hz, the job's rate is 16000 Hz: set data.rate to 8000", Assert.Throws<AudioFault>(() => WavFile.Read(slow, 16_000)).Message);
        Assert.Contains("2 channels", Assert.Throws<AudioFault>(() => WavFile.Read(stereo, 16_000)).Message);
    }

    [Fact]
    public void Parse_FloatThatIsNoNumber_IsRefused()
    {
        var bytes = WavFile.ToBytes(Wave, SampleEncoding.Float32);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(48), float.NaN);

        Assert.Contains("sample 1 is NaN", Assert.Throws<AudioFault>(() => WavFile.Parse("x", bytes)).Message);
        Assert.Throws<ArgumentException>(() => WavFile.ToBytes(new Sound(1, 1, [float.NaN]), SampleEncoding.Pcm16));
        Assert.Throws<ArgumentException>(() => WavFile.ToBytes(new Sound(1, 2, [0]), SampleEncoding.Pcm16));
    }

    private static void Set(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
