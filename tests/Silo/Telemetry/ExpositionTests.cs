using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SeqCluster.Silo.Telemetry;
using SeqCluster.Silo.Telemetry.Exposition;

namespace SeqCluster.Silo.Tests.Telemetry;

/// <summary>The text of /metrics, by the rules of Prometheus' exposition format.</summary>
public sealed class ExpositionTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterCollector collector;
    private readonly Meter meter;

    public ExpositionTests()
    {
        collector = new MeterCollector(services.GetRequiredService<IMeterFactory>());
        meter = services.GetRequiredService<IMeterFactory>().Create(SiloMeters.Name);
    }

    public void Dispose()
    {
        collector.Dispose();
        services.Dispose();
    }

    [Fact]
    public void Counter_HasHelpTypeTotalAndEscapedLabelsInOrder()
    {
        var counter = meter.CreateCounter<long>("test.counted", "{thing}", "Things, \\ and\nmore \"things\".");
        counter.Add(2, new("z", 1), new("a.b", "x\"y\\\n"));
        counter.Add(3, new("a.b", "x\"y\\\n"), new("z", 1));
        Assert.Equal(
            [
                "# HELP test_counted_total Things, \\\\ and\\nmore \"things\".",
                "# TYPE test_counted_total counter",
                "test_counted_total{a_b=\"x\\\"y\\\\\\n\",z=\"1\"} 5",
            ],
            Lines("test_counted"));
    }

    [Fact]
    public void Histogram_HasCumulativeBucketsSumAndCount()
    {
        var histogram = meter.CreateHistogram("test.duration", "ms", "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 10] });
        foreach (var value in (double[])[0.5, 1, 7.25, 1000])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("job", "j"));
        }

        Assert.Equal(
            [
                "# HELP test_duration_milliseconds Time.",
                "# TYPE test_duration_milliseconds histogram",
                "test_duration_milliseconds_bucket{job=\"j\",le=\"1\"} 2",
                "test_duration_milliseconds_bucket{job=\"j\",le=\"10\"} 3",
                "test_duration_milliseconds_bucket{job=\"j\",le=\"+Inf\"} 4",
                "test_duration_milliseconds_sum{job=\"j\"} 1008.75",
                "test_duration_milliseconds_count{job=\"j\"} 4",
            ],
            Lines("test_duration"));
    }

    [Fact]
    public void Gauge_TellsTheLastValueAndTheSpecialOnes()
    {
        var gauge = meter.CreateGauge<double>("test.level", "By");
        gauge.Record(1.5);
        gauge.Record(double.NaN, new KeyValuePair<string, object?>("of", "nan"));
        gauge.Record(double.NegativeInfinity, new KeyValuePair<string, object?>("of", "infinity"));
        gauge.Record(0.25);
        Assert.Equal(
            ["# TYPE test_level_bytes gauge", "test_level_bytes 0.25", "test_level_bytes{of=\"infinity\"} -Inf", "test_level_bytes{of=\"nan\"} NaN"],
            Lines("test_level"));
    }

    [Fact]
    public void Observed_ThatIsNotToldAnyMore_IsGone()
    {
        var names = new List<string> { "one", "two" };
        meter.CreateObservableUpDownCounter("test.observed", () => names.Select(name => new Measurement<int>(7, new KeyValuePair<string, object?>("name", name))));
        Assert.Equal(3, Lines("test_observed").Count);
        names.Remove("one");
        Assert.Equal(["# TYPE test_observed gauge", "test_observed{name=\"two\"} 7"], Lines("test_observed"));
    }

    [Fact]
    public void Series_BeyondTheBound_TheOneThatWasSilentLongestGoes()
    {
        var counter = meter.CreateCounter<int>("test.many");
        for (var number = 0; number < MetricFamily.SeriesBound; number++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("job", number));
        }

        counter.Add(1, new KeyValuePair<string, object?>("job", 0));
        counter.Add(1, new KeyValuePair<string, object?>("job", "new"));
        var lines = Lines("test_many");
        Assert.Equal(MetricFamily.SeriesBound + 1, lines.Count);
        Assert.Contains("test_many_total{job=\"0\"} 2", lines);
        Assert.Contains("test_many_total{job=\"new\"} 1", lines);
        Assert.DoesNotContain("test_many_total{job=\"1\"} 1", lines);
    }

    [Fact]
    public void Meter_OfAnotherSiloInThisProcess_IsNotTold()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create(SiloMeters.Name).CreateCounter<int>("test.others").Add(1);
        Assert.Empty(Lines("test_others"));
    }

    private List<string> Lines(string family) =>
        [.. collector.Scrape().Split('\n').Where(line => line.Replace("# HELP ", "", StringComparison.Ordinal).Replace("# TYPE ", "", StringComparison.Ordinal).StartsWith(family, StringComparison.Ordinal))];
}
