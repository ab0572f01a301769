using System.Buffers.Binary;

namespace SeqCluster.Data.Audio;

/// <summary>
/// One sample as bytes, both ways. Integers of b bits stand for multiples of 2^(1−b), so −1 is representable and +1 is not:
/// it becomes the largest.
/// </summary>
internal static class SampleCoding
{
    public static int Bytes(this SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.Pcm8 => 1,
        SampleEncoding.Pcm16 => 2,
        SampleEncoding.Pcm24 => 3,
        _ => 4,
    };

    public static float Read(this SampleEncoding encoding, ReadOnlySpan<byte> from) => encoding switch
    {
        SampleEncoding.Pcm8 => (from[0] - 128) / 128f,
        SampleEncoding.Pcm16 => BinaryPrimitives.ReadInt16LittleEndian(from) / 32_768f,
        SampleEncoding.Pcm24 => (from[0] | (from[1] << 8) | ((sbyte)from[2] << 16)) / 8_388_608f,
        _ => BinaryPrimitives.ReadSingleLittleEndian(from),
    };

    public static void Write(this SampleEncoding encoding, float sample, Span<byte> to)
    {
        if (!float.IsFinite(sample))
        {
            throw new ArgumentException($"a sample is {sample}: no finite number", nameof(sample));
        }

        switch (encoding)
        {
            case SampleEncoding.Pcm8:
                to[0] = (byte)(Round(sample, 128) + 128);
                break;
            case SampleEncoding.Pcm16:
                BinaryPrimitives.WriteInt16LittleEndian(to, (short)Round(sample, 32_768));
                break;
            case SampleEncoding.Pcm24:
                var value = Round(sample, 8_388_608);
                (to[0], to[1], to[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                break;
            default:
                BinaryPrimitives.WriteSingleLittleEndian(to, sample);
                break;
        }
    }

    private static int Round(float sample, int scale) => (int)Math.Clamp(Math.Round((double)sample * scale), -scale, scale - 1);
}
