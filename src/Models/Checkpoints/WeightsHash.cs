using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SeqCluster.Models.Checkpoints;

/// <summary>
/// <c>weights_sha256</c>: one number for all parameters and buffers. Two models have the same hash exactly if they have the same
/// names, types, shapes and bits.
/// <para>SHA-256 over, for each tensor in ordinal order of the names:
/// uint32 length of the name in UTF-8, the name; uint32 length of the type's code, the code (<c>F32</c>, ASCII); uint32 rank, then
/// each size as int64; uint64 bytes of content, then the content in row order. All numbers and elements little-endian; before the
/// first tensor the ASCII text <c>seqcluster-weights-1</c>, without a terminator.</para>
/// </summary>
public static class WeightsHash
{
    private static readonly byte[] Prefix = "seqcluster-weights-1"u8.ToArray();

    /// <summary>The hash in 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="ArgumentException">Two tensors of one name.</exception>
    public static string Sha256(IEnumerable<NamedTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Prefix);
        var previous = "";
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            if (tensor.Name == previous)
            {
                throw new ArgumentException($"{tensor.Name}: two tensors of this name", nameof(tensors));
            }

            previous = tensor.Name;
            AppendText(hash, tensor.Name);
            AppendText(hash, tensor.Type.Code());
            AppendUInt32(hash, (uint)tensor.Shape.Count);
            foreach (var size in tensor.Shape)
            {
                AppendInt64(hash, size);
            }

            AppendInt64(hash, tensor.Bytes.Length);
            hash.AppendData(tensor.Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AppendUInt32(hash, (uint)bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AppendUInt32(IncrementalHash hash, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void AppendInt64(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
