using System.Buffers.Binary;

namespace MessagePack.Formatters;

/// <summary>Float arrays, which carry metrics and gradient norms: the space is asked for in large pieces, not number by number.</summary>
internal static class NumberArrays
{
    private const int PieceLength = 1024;

    public static void Write(ref MessagePackWriter writer, float[]? values, MessagePackSerializerOptions options)
    {
        if (!TryWriteHeader(ref writer, values))
            return;
        foreach (ReadOnlyMemory<float> piece in Pieces(values!))
        {
            Span<byte> target = writer.Reserve(piece.Length * 5);
            foreach (float value in piece.Span)
            {
                target[0] = Code.Float32;
                BinaryPrimitives.WriteSingleBigEndian(target[1..], value);
                target = target[5..];
            }

            writer.Advance(piece.Length * 5);
        }
    }

    public static void Write(ref MessagePackWriter writer, double[]? values, MessagePackSerializerOptions options)
    {
        if (!TryWriteHeader(ref writer, values))
            return;
        foreach (ReadOnlyMemory<double> piece in Pieces(values!))
        {
            Span<byte> target = writer.Reserve(piece.Length * 9);
            foreach (double value in piece.Span)
            {
                target[0] = Code.Float64;
                BinaryPrimitives.WriteDoubleBigEndian(target[1..], value);
                target = target[9..];
            }

            writer.Advance(piece.Length * 9);
        }
    }

    public static float[]? ReadSingles(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
            return null;
        float[] values = new float[reader.ReadArrayHeader()];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadSingle();
        return values;
    }

    public static double[]? ReadDoubles(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
            return null;
        double[] values = new double[reader.ReadArrayHeader()];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadDouble();
        return values;
    }

    private static bool TryWriteHeader(ref MessagePackWriter writer, Array? values)
    {
        if (values == null)
        {
            writer.WriteNil();
            return false;
        }

        writer.WriteArrayHeader(values.Length);
        if (values.Length > 0)
            writer.Cancellation.ThrowIfCancellationRequested();
        return true;
    }

    private static IEnumerable<ReadOnlyMemory<T>> Pieces<T>(T[] values)
    {
        for (int start = 0; start < values.Length; start += PieceLength)
            yield return values.AsMemory(start, Math.Min(PieceLength, values.Length - start));
    }
}
