using System.Security.Cryptography;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Audit.Content;

/// <summary>The words (16 bits, little-endian) of a split, read from its files, each of which is what its name says.</summary>
internal sealed class ShardFiles : IDisposable
{
    private readonly List<(Microsoft.Win32.SafeHandles.SafeFileHandle File, long Origin, long Words)> files = [];

    /// <exception cref="InvalidDataException">A shard is missing, or its content is not what its name says.</exception>
    public ShardFiles(string folder, IReadOnlyList<ShardEntry> shards)
    {
        try
        {
            foreach (var shard in shards)
            {
                var path = Path.Combine(folder, shard.RelativePath);
                using (var stream = File.OpenRead(path))
                {
                    if (Convert.ToHexStringLower(SHA256.HashData(stream)) is var hash && hash != shard.Sha256)
                    {
                        throw new InvalidDataException($"{path}: SHA-256 is {hash}, not what its name says: nothing can be audited against it; remove the dataset's folder and try again");
                    }
                }

                files.Add((File.OpenHandle(path), Words, shard.Tokens));
                Words += shard.Tokens;
            }
        }
        catch (Exception fault)
        {
            Dispose();
            throw fault is FileNotFoundException or DirectoryNotFoundException ? new InvalidDataException(fault.Message, fault) : fault;
        }
    }

    /// <summary>Of the whole split.</summary>
    public long Words { get; private set; }

    /// <summary>The words before each shard, and in it.</summary>
    public IEnumerable<(long Origin, long Words)> Shards => files.Select(static file => (file.Origin, file.Words));

    /// <summary>Words from a position of the split on, across shards.</summary>
    public ushort[] Read(long position, int count)
    {
        var words = new ushort[count];
        for (var done = 0; done < count;)
        {
            var (file, origin, length) = files.FindLast(one => one.Origin <= position + done);
            var part = (int)Math.Min(count - done, origin + length - position - done);
            var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan(done, part));
            if (RandomAccess.Read(file, bytes, (position + done - origin) * sizeof(ushort)) != bytes.Length)
            {
                throw new InvalidDataException($"the split ends before word {position + done + part}");
            }

            done += part;
        }

        return words;
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(static file => file.File.Dispose());
}
