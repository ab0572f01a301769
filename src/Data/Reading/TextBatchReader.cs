using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Reading;

/// <summary>Reads the samples of a micro-batch and says, by a digest over what it really read, which they were.</summary>
public static class TextBatchReader
{
    /// <summary>Reads blocks of <paramref name="block"/> inputs and their targets, shifted by one.</summary>
    public static TextBatch Read(TokenStream stream, MicroBatch samples, int block)
    {
        var inputs = new long[samples.Count * block];
        var targets = new long[samples.Count * block];
        var window = new long[block + 1];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> position = stackalloc byte[sizeof(long)];
        for (var row = 0; row < samples.Count; row++)
        {
            var start = samples.Starts.Span[row];
            stream.Read(start, window);
            window.AsSpan(0, block).CopyTo(inputs.AsSpan(row * block));
            window.AsSpan(1, block).CopyTo(targets.AsSpan(row * block));
            BinaryPrimitives.WriteInt64LittleEndian(position, start);
            hash.AppendData(position);
            hash.AppendData(MemoryMarshal.AsBytes(window.AsSpan()));
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new TextBatch(inputs, targets, samples.Count, block, BinaryPrimitives.ReadUInt64LittleEndian(digest));
    }
}
