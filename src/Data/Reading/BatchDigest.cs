using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SeqCluster.Data.Reading;

/// <summary>The digest of a batch in the making: for each sample its number, then its content as it goes to the model.</summary>
internal sealed class BatchDigest : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Begin(long sample)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, sample);
        hash.AppendData(number);
    }

    public void Add<T>(ReadOnlySpan<T> content)
        where T : struct => hash.AppendData(MemoryMarshal.AsBytes(content));

    public ulong Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    public void Dispose() => hash.Dispose();
}
