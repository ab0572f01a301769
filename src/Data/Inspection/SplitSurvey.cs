namespace SeqCluster.Data.Inspection;

/// <summary>What is in a split, for people.</summary>
/// <param name="Lengths">How long samples are; empty for a stream, and for a split without samples.</param>
/// <param name="Samples">Some of them, evenly spread.</param>
/// <param name="Skipped">Of a stream that is cut into blocks: tokens that are in no block of the first epoch; null where nothing is cut.</param>
public sealed record SplitSurvey(IReadOnlyList<LengthDistribution> Lengths, IReadOnlyList<SampleView> Samples, long? Skipped = null)
{
    /// <summary>At most <paramref name="wanted"/> of <paramref name="count"/> numbers, evenly spread.</summary>
    internal static IEnumerable<long> Spread(long count, int wanted) =>
        Enumerable.Range(0, (int)Math.Min(count, wanted)).Select(index => index * count / Math.Min(count, wanted));
}
