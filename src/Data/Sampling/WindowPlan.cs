using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Sampling;

/// <summary>An epoch over numbered windows in one seeded order; the last micro-batch may be short.</summary>
public sealed class WindowPlan : IEpochPlan
{
    private readonly long[] order;
    private readonly int microBatch;

    /// <summary>A plan; the same arguments always give the same one.</summary>
    /// <param name="numbers">Each window once, at least one.</param>
    /// <param name="microBatch">Windows in a micro-batch.</param>
    /// <param name="seed">The job's.</param>
    /// <param name="epoch">From 0.</param>
    public WindowPlan(IReadOnlyList<long> numbers, int microBatch, long seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfZero(numbers.Count, nameof(numbers));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(microBatch);
        this.microBatch = microBatch;
        Epoch = epoch;
        order = [.. numbers];
        new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch)).Shuffle<long>(order);
    }

    /// <inheritdoc />
    public int Epoch { get; }

    /// <inheritdoc />
    public int Count => ((order.Length - 1) / microBatch) + 1;

    /// <inheritdoc />
    public MicroBatch this[int index]
    {
        get
        {
            var first = (long)index * microBatch;
            return first >= order.Length
                ? MicroBatch.Empty
                : new MicroBatch(order.AsMemory((int)first, (int)Math.Min(microBatch, order.Length - first)));
        }
    }
}
