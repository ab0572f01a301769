using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Reading;

/// <summary>
/// A split's tokens by position, memory-mapped from its shards, each verified by its hash before first use.
/// Safe for concurrent reads.
/// </summary>
public sealed class TokenStream : IDisposable
{
    private readonly List<MappedShard> shards = [];

    /// <summary>Opens and verifies the shards of a split.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="entries">The split.</param>
    /// <exception cref="InvalidDataException">A shard is missing, of the wrong size, or its content is not what its name says.</exception>
    public TokenStream(string folder, IReadOnlyList<ShardEntry> entries)
    {
        try
        {
            foreach (var entry in entries)
            {
                shards.Add(new MappedShard(Path.Combine(folder, entry.RelativePath), entry, Tokens));
                Tokens += entry.Tokens;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Tokens in the split.</summary>
    public long Tokens { get; private set; }

    /// <summary>Copies tokens from a position on, as int64 (LibTorch's index type), across shard edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the split.</exception>
    public void Read(long position, Span<long> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + destination.Length, Tokens, nameof(position));
        for (var index = IndexOf(position); destination.Length > 0; index++)
        {
            var shard = shards[index];
            var tokens = shard.Tokens[(int)(position - shard.Origin)..];
            var count = Math.Min(tokens.Length, destination.Length);
            for (var i = 0; i < count; i++)
            {
                destination[i] = tokens[i];
            }

            position += count;
            destination = destination[count..];
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var shard in shards)
        {
            shard.Dispose();
        }
    }

    private int IndexOf(long position)
    {
        int low = 0, high = shards.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = shards[middle].Origin <= position ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private sealed unsafe class MappedShard : IDisposable
    {
        private readonly MemoryMappedFile file;
        private readonly MemoryMappedViewAccessor view;
        private readonly byte* start;
        private readonly int bytes;

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

        public long Origin { get; }

        public ReadOnlySpan<ushort> Tokens => MemoryMarshal.Cast<byte, ushort>(new ReadOnlySpan<byte>(start, bytes));

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
}
