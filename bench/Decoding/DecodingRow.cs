namespace SeqCluster.Bench.Decoding;

/// <summary>What one model's decoding costs, cached and by full recomputation.</summary>
/// <param name="Name">The model and what was decoded.</param>
/// <param name="CachedSeconds">The whole sequence with caches, each run.</param>
/// <param name="FullSeconds">The whole sequence, each element by a pass over all before it within reach.</param>
/// <param name="FullMeasured">How the full time was found.</param>
/// <param name="LargestDifference">Between the scores of both, over all places that were compared.</param>
/// <param name="Bound">The ratio that is asked for, at least.</param>
public sealed record DecodingRow(
    string Name, IReadOnlyList<double> CachedSeconds, double FullSeconds, string FullMeasured, double LargestDifference, double Bound);
