using System.Buffers.Binary;
using System.IO.Compression;

namespace SeqCluster.Pictures;

/// <summary>PNG pictures (ISO/IEC 15948): 8 bits a colour, no transparency, each row filtered by its difference from the row above.</summary>
public static class Png
{
    private const byte FilterUp = 2;
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(value => CrcOf((uint)value))];

    /// <summary>The bytes of a file.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colours">[height, width, 3]: red, green, blue, the top row first.</param>
    /// <exception cref="ArgumentException">Another number of colours.</exception>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> colours)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (colours.Length != checked(width * height * 3))
        {
            throw new ArgumentException($"{colours.Length} bytes: {width} × {height} points take {width * height * 3}", nameof(colours));
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compressed(width * 3, colours));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compressed(int rowBytes, ReadOnlySpan<byte> colours)
    {
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, CompressionLevel.SmallestSize))
        {
            var row = new byte[rowBytes + 1];
            row[0] = FilterUp;
            for (var at = 0; at < colours.Length; at += rowBytes)
            {
                for (var i = 0; i < rowBytes; i++)
                {
                    row[i + 1] = (byte)(colours[at + i] - (at == 0 ? 0 : colours[at + i - rowBytes]));
                }

                stream.Write(row);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), content));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    // Annex D of the standard.
    private static uint CrcOf(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        }

        return value;
    }
}
