using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Sampling;

/// <summary>
/// nanoGPT's sampling: each sample begins anywhere, drawn from (seed, step, replica). Claims no once-per-epoch.
/// </summary>
public sealed class ReplacementSamplingPlan : ISamplingPlan
{
    private readonly long positions;
    private readonly int microBatch;
    private readonly int replicas;
    private readonly long seed;

    /// <summary>A plan over a split of <paramref name="tokens"/> tokens.</summary>
    /// <exception cref="ArgumentException">The split is not longer than a block.</exception>
    public ReplacementSamplingPlan(long tokens, int block, int microBatch, int replicas, long seed)
    {
        if (tokens <= block)
        {
            throw new ArgumentException($"{tokens} tokens hold no block of {block} and its last target", nameof(tokens));
        }

        positions = tokens - block;
        this.microBatch = microBatch;
        this.replicas = replicas;
        this.seed = seed;
    }

    /// <inheritdoc />
    public PlannedStep this[int step]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            return new PlannedStep(step, 0, [.. Enumerable.Range(0, replicas).Select(replica => Draw(step, replica))]);
        }
    }

    private MicroBatch Draw(int step, int replica)
    {
        var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Sampling, step, replica));
        var starts = new long[microBatch];
        for (var sample = 0; sample < microBatch; sample++)
        {
            starts[sample] = random.Next(positions);
        }

        return new MicroBatch(starts);
    }
}
