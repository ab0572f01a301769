using System.Diagnostics.Metrics;

namespace SeqCluster.Silo.Telemetry.Exposition;

/// <summary>
/// What one instrument has measured, a series for each set of labels. Safe for concurrent callers. Holds a bounded number of
/// series: of too many the one that was silent longest goes, which a reader takes for a counter that began again.
/// </summary>
internal sealed class MetricFamily
{
    /// <summary>The most series of one family.</summary>
    public const int SeriesBound = 1_000;

    // OpenTelemetry's own default, for instruments that give no advice.
    private static readonly double[] DefaultBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Lock gate = new();
    private readonly Dictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    private readonly double[] bounds;
    private readonly bool accumulates;
    private readonly bool isObservable;
    private long records;

    public MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        accumulates = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        isObservable = instrument.IsObservable;
        bounds = Kind != MetricKind.Histogram ? [] : (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds;
        Name = PrometheusNames.Family(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
    }

    /// <summary>As it is told: with its unit, and <c>_total</c> behind a counter.</summary>
    public string Name { get; }

    /// <summary>One sentence for people; may be empty.</summary>
    public string Help { get; }

    /// <summary>What it is.</summary>
    public MetricKind Kind { get; }

    /// <summary>A measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusNames.Labels(tags);
        lock (gate)
        {
            var one = Series(labels);
            one.Touched = ++records;
            if (Kind == MetricKind.Histogram)
            {
                one.Observe(value);
            }
            else
            {
                one.Value = accumulates ? one.Value + value : value;
            }
        }
    }

    /// <summary>Forgets what was observed before: an observed instrument tells all that there is each time.</summary>
    public void BeginObservation()
    {
        if (isObservable)
        {
            lock (gate)
            {
                series.Clear();
            }
        }
    }

    /// <summary>Hands out every series, in the order of the labels, while nothing is recorded.</summary>
    public void Read(Action<string, MetricSeries> take)
    {
        lock (gate)
        {
            foreach (var (labels, one) in series.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            {
                take(labels, one);
            }
        }
    }

    private MetricSeries Series(string labels)
    {
        if (!series.TryGetValue(labels, out var one))
        {
            if (series.Count >= SeriesBound)
            {
                series.Remove(series.MinBy(static pair => pair.Value.Touched).Key);
            }

            one = new MetricSeries(bounds);
            series.Add(labels, one);
        }

        return one;
    }
}
