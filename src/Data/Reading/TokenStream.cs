using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Reading;

/// <summary>
/// A split's tokens by position, memory-mapped from its shards, each verified by its hash before first use.
/// Safe for concurrent reads.
/// </summary>
public sealed class TokenStream : IDisposable
{
    private readonly IReadOnlyList<MappedShard> shards;

    /// <summary>Opens and verifies the shards of a split.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="entries">The split.</param>
    /// <exception cref="InvalidDataException">A shard is missing, of the wrong size, or its content is not what its name says.</exception>
    public TokenStream(string folder, IReadOnlyList<ShardEntry> entries)
    {
        shards = MappedShard.MapAll(folder, entries);
        Tokens = entries.Sum(entry => entry.Tokens);
    }

    /// <summary>Tokens in the split.</summary>
    public long Tokens { get; }

    /// <summary>Copies tokens from a position on, as int64 (LibTorch's index type), across shard edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the split.</exception>
    public void Read(long position, Span<long> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + destination.Length, Tokens, nameof(position));
        for (var index = IndexOf(position); destination.Length > 0; index++)
        {
            var shard = shards[index];
            var tokens = shard.Words[(int)(position - shard.Origin)..];
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
}
