using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Sampling;

/// <summary>
/// nanoGPT's sampling: samples (of a text: any position at which a block can begin) are drawn from (seed, step, replica). Claims no once-per-epoch.
/// </summary>
public sealed class ReplacementSamplingPlan : ISamplingPlan
{
    private readonly long samples;
    private readonly int microBatch;
    private readonly int replicas;
    private readonly long seed;

    /// <summary>A plan over samples 0 … <paramref name="samples"/> − 1.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public ReplacementSamplingPlan(long samples, int microBatch, int replicas, long seed)
    {
        if (samples <= 0)
        {
            throw new ArgumentException("there is nothing to draw from", nameof(samples));
        }

        this.samples = samples;
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
            starts[sample] = random.Next(samples);
        }

        return new MicroBatch(starts);
    }
}
