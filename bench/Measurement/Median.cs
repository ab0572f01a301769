namespace SeqCluster.Bench.Measurement;

/// <summary>The median, which one slow sample does not move.</summary>
public static class Median
{
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public static double Of(IEnumerable<double> samples)
    {
        var ordered = samples.Order().ToArray();
        if (ordered.Length == 0)
        {
            throw new ArgumentException("the median of no sample is not defined", nameof(samples));
        }

        var middle = ordered.Length / 2;
        return ordered.Length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
    }
}
