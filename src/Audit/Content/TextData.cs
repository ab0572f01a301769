using System.Security.Cryptography;
using SeqCluster.Audit.Plans;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Audit.Content;

/// <summary>A text in blocks; a sample's number is the position of its first token. Its last target is the token after the block.</summary>
internal sealed class TextData(string folder, IReadOnlyList<ShardEntry> shards, int block) : AuditedData
{
    private const int WindowShards = 8;

    private readonly ShardFiles files = new(folder, shards);

    /// <inheritdoc/>
    public override IEnumerable<AuditedStep> Plan(TrainSpec train, int replicas, long seed) => train.Sampling switch
    {
        SamplingOptions.WithReplacement => StepPlan.Draws(files.Words - block, train.MicroBatch, replicas, seed),
        SamplingOptions.Tracks => StepPlan.Tracks(files.Words, block, train.MicroBatch, replicas, seed),
        _ => StepPlan.Epochs(epoch => [.. Order(seed, epoch).Chunk(train.MicroBatch)], replicas),
    };

    /// <inheritdoc/>
    public override Coverage Cover(TrainSpec train, int replicas) => new(
        files.Words,
        start => (start, block),
        train.Sampling == SamplingOptions.Tracks ? (first, count) => IsTrackEdge(first, count, (long)replicas * train.MicroBatch) : IsEdge);

    /// <inheritdoc/>
    public override void Dispose() => files.Dispose();

    /// <inheritdoc/>
    protected override void Feed(IncrementalHash hash, IReadOnlyList<long> samples)
    {
        foreach (var start in samples)
        {
            Add<long>(hash, [start]);
            Add<long>(hash, Array.ConvertAll(files.Read(start, block + 1), static token => (long)token));
        }
    }

    // Each shard is cut from a seeded offset on; shards come in a seeded order, samples in that of their window of shards.
    private IEnumerable<long> Order(long seed, int epoch)
    {
        var cuts = files.Shards.Select((shard, number) => Cut(shard, new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch, 1 + number)))).ToList();
        var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch));
        return StepPlan.Shuffled(cuts, random).Chunk(WindowShards).SelectMany(window => StepPlan.Shuffled(window.SelectMany(static cut => cut), random)).ToList();
    }

    private List<long> Cut((long Origin, long Words) shard, SplitMix64 random)
    {
        var starts = new List<long>();
        for (var offset = random.Next(Math.Clamp(shard.Words - block, 1, block)); offset + block < shard.Words; offset += block)
        {
            starts.Add(shard.Origin + offset);
        }

        return starts;
    }

    // Of each shard what lies before the offset, and a tail: neither holds a block and its last target.
    private bool IsEdge(long first, long count) => files.Shards.All(shard =>
    {
        var (start, end) = (Math.Max(first, shard.Origin), Math.Min(first + count, shard.Origin + shard.Words));
        return end <= start || (start == shard.Origin && end - start < block) || (end == shard.Origin + shard.Words && end - start <= block);
    });

    // Before the offset, and at the end what is less than one more block for each track.
    private bool IsTrackEdge(long first, long count, long rows) =>
        (first == 0 && count < block) || (first + count == files.Words && count < (rows + 1) * block);
}
