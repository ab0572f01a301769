using System.Buffers.Binary;

namespace SeqCluster.Data.Audio;

/// <summary>
/// WAV files (RIFF/WAVE, Microsoft and IBM 1991; WAVE_FORMAT_EXTENSIBLE 2001): 8, 16 and 24 bit PCM and 32 bit float, in and
/// out. Strict: what the header says must be so. It never resamples, mixes channels or guesses.
/// </summary>
public static class WavFile
{
    /// <summary>An hour of 48 kHz stereo in 24 bits; a longer recording is cut into files first.</summary>
    public const long BytesMaximum = 1L << 30;

    private const ushort Pcm = 1;
    private const ushort Float = 3;
    private const ushort Extensible = 0xFFFE;
    private const int ChunkHeader = 8;
    private const string Convert = "convert it, for example: ffmpeg -i IN.wav -ac 1 -c:a pcm_s16le OUT.wav";

    // What follows the format's tag in the GUID of an extensible format.
    private static readonly byte[] GuidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Reads a file.</summary>
    /// <exception cref="AudioFault">It is no WAV file, is cut off, or in another encoding.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Sound Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > BytesMaximum } file)
        {
            throw new AudioFault($"{path}: {file.Length:N0} bytes, at most {BytesMaximum:N0}: cut it into shorter files");
        }

        return Parse(path, File.ReadAllBytes(path));
    }

    /// <summary>Reads a file of one channel and a given rate, as a job needs them.</summary>
    /// <exception cref="AudioFault">As <see cref="Read(string)"/>; or another rate, or more channels.</exception>
    public static Sound Read(string path, int rate)
    {
        var sound = Read(path);
        if (sound.Channels != 1)
        {
            throw new AudioFault($"{path}: {sound.Channels} channels, a job takes one: {Convert}");
        }

        return sound.Rate == rate
            ? sound
            : throw new AudioFault($"{path}: {sound.Rate} Hz, the job's rate is {rate} Hz: set data.rate to {sound.Rate}, or resample the file with a good filter, for example: ffmpeg -i IN.wav -ar {rate} OUT.wav");
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="name">What faults call it.</param>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="AudioFault">As <see cref="Read(string)"/>.</exception>
    public static Sound Parse(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes.Slice(8, 4).SequenceEqual("WAVE"u8))
        {
            throw new AudioFault($"{name}: not a WAV file (it does not begin with RIFF … WAVE): {Convert}");
        }

        var declared = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (declared + (long)ChunkHeader > bytes.Length)
        {
            throw new AudioFault($"{name}: its header says {declared + (long)ChunkHeader:N0} bytes, it has {bytes.Length:N0}: it is cut off; copy or record it again");
        }

        // What follows the declared end belongs to no WAV file.
        bytes = bytes[..((int)declared + ChunkHeader)];
        WavFormat? format = null;
        for (var at = 12; at + ChunkHeader <= bytes.Length;)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            var id = bytes.Slice(at, 4);
            at += ChunkHeader;
            if (size > bytes.Length - at)
            {
                throw new AudioFault($"{name}: its chunk at byte {at - ChunkHeader} says {size:N0} bytes, {bytes.Length - at:N0} follow: it is cut off; copy or record it again");
            }

            var content = bytes.Slice(at, (int)size);
            if (id.SequenceEqual("fmt "u8))
            {
                format = ReadFormat(name, content);
            }
            else if (id.SequenceEqual("data"u8))
            {
                return Decode(name, format ?? throw new AudioFault($"{name}: samples come before their format (no 'fmt ' chunk before 'data'): {Convert}"), content);
            }

            // Chunks begin at even places.
            at += (int)Math.Min(size + (size & 1), (uint)(bytes.Length - at));
        }

        throw new AudioFault($"{name}: no samples in it (no 'data' chunk): {Convert}");
    }

    /// <summary>Writes a file in place of one that may be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sound">Amplitudes beyond ±1 become ±1, except in <see cref="SampleEncoding.Float32"/>.</param>
    /// <param name="encoding">How samples are stored.</param>
    public static void Write(string path, Sound sound, SampleEncoding encoding = SampleEncoding.Pcm16) =>
        File.WriteAllBytes(path, ToBytes(sound, encoding));

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="ArgumentException">A sample is not a finite number, or they do not make whole frames.</exception>
    public static byte[] ToBytes(Sound sound, SampleEncoding encoding)
    {
        if (sound.Channels < 1 || sound.Samples.Length % sound.Channels != 0)
        {
            throw new ArgumentException($"{sound.Samples.Length} samples make no whole frames of {sound.Channels} channels", nameof(sound));
        }

        var width = encoding.Bytes();
        var size = checked(sound.Samples.Length * width);
        var bytes = new byte[44 + size + (size & 1)];
        var to = bytes.AsSpan();
        "RIFF"u8.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], (uint)(bytes.Length - ChunkHeader));
        "WAVEfmt "u8.CopyTo(to[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(to[20..], encoding == SampleEncoding.Float32 ? Float : Pcm);
        BinaryPrimitives.WriteUInt16LittleEndian(to[22..], (ushort)sound.Channels);
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], (uint)sound.Rate);
        BinaryPrimitives.WriteUInt32LittleEndian(to[28..], (uint)(sound.Rate * sound.Channels * width));
        BinaryPrimitives.WriteUInt16LittleEndian(to[32..], (ushort)(sound.Channels * width));
        BinaryPrimitives.WriteUInt16LittleEndian(to[34..], (ushort)(width * 8));
        "data"u8.CopyTo(to[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(to[40..], (uint)size);
        for (var i = 0; i < sound.Samples.Length; i++)
        {
            encoding.Write(sound.Samples[i], to[(44 + (i * width))..]);
        }

        return bytes;
    }

    private static WavFormat ReadFormat(string name, ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 16)
        {
            throw new AudioFault($"{name}: its 'fmt ' chunk has {chunk.Length} bytes, it needs 16: {Convert}");
        }

        var tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        var frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == Extensible)
        {
            if (chunk.Length < 40 || !chunk.Slice(26, 14).SequenceEqual(GuidTail))
            {
                throw new AudioFault($"{name}: its extensible format is of an unknown kind: {Convert}");
            }

            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        }

        SampleEncoding encoding = (tag, bits) switch
        {
            (Pcm, 8) => SampleEncoding.Pcm8,
            (Pcm, 16) => SampleEncoding.Pcm16,
            (Pcm, 24) => SampleEncoding.Pcm24,
            (Float, 32) => SampleEncoding.Float32,
            _ => throw new AudioFault($"{name}: format {tag} of {bits} bits; read are PCM (format 1) of 8, 16 and 24 bits and float (format 3) of 32: {Convert}"),
        };
        if (channels == 0 || rate is 0 or > 768_000 || frameBytes != channels * encoding.Bytes())
        {
            throw new AudioFault($"{name}: its header contradicts itself ({channels} channels of {bits} bits at {rate} Hz in frames of {frameBytes} bytes): {Convert}");
        }

        return new WavFormat(encoding, channels, (int)rate);
    }

    private static Sound Decode(string name, WavFormat format, ReadOnlySpan<byte> data)
    {
        var width = format.Encoding.Bytes();
        if (data.Length % (width * format.Channels) != 0)
        {
            throw new AudioFault($"{name}: {data.Length:N0} bytes of samples make no whole frames of {width * format.Channels}: it is cut off; copy or record it again");
        }

        var samples = new float[data.Length / width];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = format.Encoding.Read(data[(i * width)..]);
            if (!float.IsFinite(samples[i]))
            {
                throw new AudioFault($"{name}: sample {i:N0} is {samples[i]}, no finite number: {Convert}");
            }
        }

        return new Sound(format.Rate, format.Channels, samples);
    }

    private readonly record struct WavFormat(SampleEncoding Encoding, int Channels, int Rate);
}
