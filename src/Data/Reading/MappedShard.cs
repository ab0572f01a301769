using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Reading;

/// <summary>One shard of a dataset, memory-mapped and verified by its hash before first use. Safe for concurrent reads.</summary>
internal sealed unsafe class MappedShard : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly int bytes;

    /// <summary>Maps and verifies a shard.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="entry">What the manifest says of it.</param>
    /// <param name="origin">Words of the split before it.</param>
    /// <exception cref="InvalidDataException">It is missing, of the wrong size, or its content is not what its name says.</exception>
    public MappedShard(string path, ShardEntry entry, long origin)
    {
        Origin = origin;
        var info = new FileInfo(path);
        if (!info.Exists || info.Length != entry.Tokens * sizeof(ushort))
        {
            throw new InvalidDataException(info.Exists
                ? $"{path}: {info.Length} bytes, the manifest says {entry.Tokens * sizeof(ushort)}: the shard is damaged; delete the dataset's folder and prepare it again"
                : $"{path}: the shard is missing; delete the dataset's folder and prepare it again");
        }

        bytes = checked((int)info.Length);
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Verify(path, entry);
    }

    /// <summary>Words of the split before this shard.</summary>
    public long Origin { get; }

    /// <summary>Its content.</summary>
    public ReadOnlySpan<ushort> Words => MemoryMarshal.Cast<byte, ushort>(new ReadOnlySpan<byte>(start, bytes));

    /// <summary>Maps all shards of a split in their order.</summary>
    public static IReadOnlyList<MappedShard> MapAll(string folder, IReadOnlyList<ShardEntry> entries)
    {
        var shards = new List<MappedShard>(entries.Count);
        var origin = 0L;
        try
        {
            foreach (var entry in entries)
            {
                shards.Add(new MappedShard(Path.Combine(folder, entry.RelativePath), entry, origin));
                origin += entry.Tokens;
            }

            return shards;
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private void Verify(string path, ShardEntry entry)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(new ReadOnlySpan<byte>(start, bytes)));
        if (hash != entry.Sha256)
        {
            Dispose();
            throw new InvalidDataException($"{path}: SHA-256 is {hash}, not what its name says: the shard is damaged; delete the dataset's folder and prepare it again");
        }
    }
}
