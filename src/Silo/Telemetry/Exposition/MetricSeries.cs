namespace SeqCluster.Silo.Telemetry.Exposition;

/// <summary>One series: the present value, or the buckets of a histogram. Its family guards it.</summary>
/// <param name="bounds">Upper bounds of the buckets, ascending; empty for what is no histogram.</param>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly long[] buckets = new long[bounds.Length + 1];

    /// <summary>The value; of a histogram the sum of what was recorded.</summary>
    public double Value { get; set; }

    /// <summary>When it was last recorded, in the family's own count of records.</summary>
    public long Touched { get; set; }

    /// <summary>Adds one value to the histogram.</summary>
    public void Observe(double value)
    {
        // A bound belongs to its bucket: `le` is "less or equal". NaN is in no bucket but the last.
        var index = 0;
        while (index < bounds.Length && !(value <= bounds[index]))
        {
            index++;
        }

        buckets[index]++;
        Value += value;
    }

    /// <summary>The buckets as they are told: each counts those below it too; the last one counts all.</summary>
    public IEnumerable<(double Bound, long Count)> Cumulative()
    {
        long count = 0;
        for (var index = 0; index < buckets.Length; index++)
        {
            count += buckets[index];
            yield return (index < bounds.Length ? bounds[index] : double.PositiveInfinity, count);
        }
    }
}
