using System.Buffers.Binary;
using System.Security.Cryptography;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation;

/// <summary>Writes tokens into shard files of bounded size and names each by its hash when it is full.</summary>
internal sealed class ShardWriter(string folder, int tokensPerShard) : IDisposable
{
    /// <summary>4 Mi tokens: 8 MiB a file.</summary>
    public const int TokensPerShard = 4 << 20;

    private readonly List<ShardEntry> shards = [];
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private FileStream? file;
    private int buffered;
    private long tokensInShard;
    private long? examplesInShard;

    public long Tokens { get; private set; }

    public void Write(int token)
    {
        file ??= new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(buffered), checked((ushort)token));
        buffered += sizeof(ushort);
        Tokens++;
        tokensInShard++;
        if (buffered == buffer.Length || tokensInShard == tokensPerShard)
        {
            Drain();
        }

        if (tokensInShard == tokensPerShard)
        {
            FinishShard();
        }
    }

    /// <summary>An example ends here: the shard is finished if it is long enough, so that no example crosses an edge.</summary>
    public void EndExample()
    {
        examplesInShard = (examplesInShard ?? 0) + 1;
        if (tokensInShard >= TokensPerShard)
        {
            FinishShard();
        }
    }

    public IReadOnlyList<ShardEntry> Finish()
    {
        FinishShard();
        return shards;
    }

    public void Dispose()
    {
        file?.Dispose();
        hash.Dispose();
    }

    private void Drain()
    {
        hash.AppendData(buffer, 0, buffered);
        file!.Write(buffer, 0, buffered);
        buffered = 0;
    }

    private void FinishShard()
    {
        if (file is null)
        {
            return;
        }

        Drain();
        file.Flush(flushToDisk: true);
        var name = file.Name;
        file.Dispose();
        file = null;
        var shard = new ShardEntry(Convert.ToHexStringLower(hash.GetHashAndReset()), tokensInShard, examplesInShard);
        File.Move(name, Path.Combine(folder, Path.GetFileName(shard.RelativePath)), overwrite: true);
        shards.Add(shard);
        tokensInShard = 0;
        examplesInShard = null;
    }
}
