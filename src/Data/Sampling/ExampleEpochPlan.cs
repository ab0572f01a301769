using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Sampling;

/// <summary>
/// One pass over a split of examples of different lengths. The examples are put in a seeded order; inside windows of that order they
/// are sorted by length, so that rows of a micro-batch are about equally long and little is padding; the micro-batches of a window
/// are then put in a seeded order themselves. Every example is in exactly one micro-batch.
/// </summary>
public sealed class ExampleEpochPlan : IEpochPlan
{
    /// <summary>A window holds about so many micro-batches.</summary>
    public const int WindowMicroBatches = 64;

    private readonly List<long[]> microBatches = [];

    /// <summary>Builds the plan; the same arguments always give the same plan.</summary>
    /// <param name="lengths">Places that each example takes in a row; the longest of a micro-batch pads the others.</param>
    /// <param name="options">How many examples or places a micro-batch has; the seed.</param>
    /// <param name="epoch">From 0.</param>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    public ExampleEpochPlan(IReadOnlyList<int> lengths, SamplingOptions options, int epoch)
    {
        if (lengths.Count == 0)
        {
            throw new ArgumentException("there are no examples", nameof(lengths));
        }

        Epoch = epoch;
        var random = new SplitMix64(SeedDerivation.Derive(options.Seed, RandomPurpose.Plan, epoch));
        var order = new long[lengths.Count];
        for (var example = 0; example < order.Length; example++)
        {
            order[example] = example;
        }

        random.Shuffle<long>(order);
        for (var first = 0; first < order.Length;)
        {
            var window = order[first..Math.Min(order.Length, first + WindowLength(order.Length, lengths, options))];
            first += window.Length;
            AddWindow(window, lengths, options, random);
        }
    }

    /// <inheritdoc />
    public int Epoch { get; }

    /// <inheritdoc />
    public int Count => microBatches.Count;

    /// <inheritdoc />
    public MicroBatch this[int index] => index < microBatches.Count ? new MicroBatch(microBatches[index]) : MicroBatch.Empty;

    private static int WindowLength(int examples, IReadOnlyList<int> lengths, SamplingOptions options)
    {
        if (options.MicroBatchTokens == 0)
        {
            return checked(options.MicroBatch * WindowMicroBatches);
        }

        var meanLength = Math.Max(1, lengths.Sum(length => (long)length) / examples);
        return (int)Math.Clamp(WindowMicroBatches * options.MicroBatchTokens / meanLength, 1, examples);
    }

    private void AddWindow(long[] window, IReadOnlyList<int> lengths, SamplingOptions options, SplitMix64 random)
    {
        // Stable: among equals the seeded order decides.
        var sorted = window.OrderBy(example => lengths[(int)example]).ToArray();
        var cut = new List<long[]>();
        for (var first = 0; first < sorted.Length;)
        {
            var end = first + 1;
            while (end < sorted.Length && Fits(end - first + 1, lengths[(int)sorted[end]], options))
            {
                end++;
            }

            cut.Add(sorted[first..end]);
            first = end;
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(cut));
        microBatches.AddRange(cut);
    }

    // Sorted, so the last row is the longest: rows times its length is what the micro-batch costs, padding included.
    private static bool Fits(int rows, int longest, SamplingOptions options) => options.MicroBatchTokens == 0
        ? rows <= options.MicroBatch
        : (long)rows * longest <= options.MicroBatchTokens;
}
