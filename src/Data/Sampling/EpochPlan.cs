using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Sampling;

/// <summary>
/// One pass over a text split in a seeded order. Each shard is cut into non-overlapping blocks that begin at a seeded
/// offset of this epoch; what the cuts leave over at both ends is <see cref="SkippedTokens"/>. Shards are put in a seeded
/// order, then samples are shuffled inside a window of shards, so that a reader streams through the data.
/// </summary>
public sealed class EpochPlan : IEpochPlan
{
    /// <summary>Samples are shuffled within so many consecutive shards of the permuted order.</summary>
    public const int WindowShards = 8;

    private readonly long[] starts;
    private readonly int microBatch;

    /// <summary>Builds the plan; the same arguments always give the same plan.</summary>
    /// <param name="shards">The split.</param>
    /// <param name="block">Tokens in a sample; each also needs the token after it as its last target.</param>
    /// <param name="microBatch">Samples in a micro-batch; the epoch's last one may have fewer.</param>
    /// <param name="seed">The job's.</param>
    /// <param name="epoch">From 0.</param>
    /// <exception cref="ArgumentException">No shard holds a whole block.</exception>
    public EpochPlan(IReadOnlyList<ShardEntry> shards, int block, int microBatch, long seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(microBatch);
        this.microBatch = microBatch;
        Epoch = epoch;
        starts = Order(Cut(shards, block, seed, epoch), seed, epoch);
        if (starts.Length == 0)
        {
            throw new ArgumentException($"no shard holds one block of {block} tokens and its last target", nameof(shards));
        }

        SkippedTokens = shards.Sum(shard => shard.Tokens) - (starts.LongLength * block);
    }

    /// <inheritdoc />
    public int Epoch { get; }

    /// <summary>Samples in the epoch.</summary>
    public int Samples => starts.Length;

    /// <inheritdoc />
    public int Count => ((starts.Length - 1) / microBatch) + 1;

    /// <summary>Tokens that are no sample's input in this epoch: before the offsets, and tails shorter than a block.</summary>
    public long SkippedTokens { get; }

    /// <inheritdoc />
    public MicroBatch this[int index]
    {
        get
        {
            var first = (long)index * microBatch;
            return first >= starts.Length
                ? MicroBatch.Empty
                : new MicroBatch(starts.AsMemory((int)first, (int)Math.Min(microBatch, starts.Length - first)));
        }
    }

    // For each shard the positions, in the whole split's stream, at which its blocks begin.
    private static List<long[]> Cut(IReadOnlyList<ShardEntry> shards, int block, long seed, int epoch)
    {
        var cuts = new List<long[]>(shards.Count);
        var origin = 0L;
        for (var number = 0; number < shards.Count; number++)
        {
            var tokens = shards[number].Tokens;
            var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch, 1 + number));

            // The offset never costs the last whole block of a short shard.
            var offset = random.Next(Math.Clamp(tokens - block, 1, block));
            var count = Math.Max(0, (tokens - 1 - offset) / block);
            cuts.Add([.. Enumerable.Range(0, (int)count).Select(index => origin + offset + ((long)index * block))]);
            origin += tokens;
        }

        return cuts;
    }

    private static long[] Order(List<long[]> cuts, long seed, int epoch)
    {
        var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch));
        var shardOrder = Enumerable.Range(0, cuts.Count).ToArray();
        random.Shuffle<int>(shardOrder);

        var order = new long[cuts.Sum(cut => (long)cut.Length)];
        var filled = 0;
        foreach (var window in shardOrder.Chunk(WindowShards))
        {
            var windowStart = filled;
            foreach (var shard in window)
            {
                cuts[shard].CopyTo(order, filled);
                filled += cuts[shard].Length;
            }

            random.Shuffle(order.AsSpan(windowStart, filled - windowStart));
        }

        return order;
    }
}
