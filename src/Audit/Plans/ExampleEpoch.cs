using SeqCluster.Data.Randomness;

namespace SeqCluster.Audit.Plans;

/// <summary>
/// An epoch of examples of different lengths: windows of about 64 micro-batches of a seeded order, each sorted by length, cut, and its
/// micro-batches put in a seeded order.
/// </summary>
/// <param name="lengths">Places that each example takes.</param>
/// <param name="microBatch">Examples in a micro-batch, unless <paramref name="places"/> counts.</param>
/// <param name="places">Places in a micro-batch, padding included; 0: examples count.</param>
/// <param name="seed">The job's.</param>
internal sealed class ExampleEpoch(IReadOnlyList<int> lengths, int microBatch, int places, long seed)
{
    private const int WindowBatches = 64;

    /// <summary>The micro-batches in their order.</summary>
    public IReadOnlyList<long[]> Of(int epoch)
    {
        var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch));
        var order = StepPlan.Shuffled(Enumerable.Range(0, lengths.Count).Select(static example => (long)example), random);
        return [.. order.Chunk(Window()).SelectMany(window => StepPlan.Shuffled(Cut(window.OrderBy(LengthOf)), random))];
    }

    private int LengthOf(long example) => lengths[(int)example];

    private int Window()
    {
        if (places == 0)
        {
            return microBatch * WindowBatches;
        }

        var mean = Math.Max(1, lengths.Sum(static length => (long)length) / lengths.Count);
        return (int)Math.Clamp((long)WindowBatches * places / mean, 1, lengths.Count);
    }

    // Sorted, so that the last row is the longest.
    private IEnumerable<long[]> Cut(IEnumerable<long> sorted)
    {
        var batch = new List<long>();
        foreach (var example in sorted)
        {
            var isFull = places == 0 ? batch.Count == microBatch : (long)(batch.Count + 1) * LengthOf(example) > places;
            if (batch.Count > 0 && isFull)
            {
                yield return [.. batch];
                batch.Clear();
            }

            batch.Add(example);
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }
}
