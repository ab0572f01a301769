using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;

namespace SeqCluster.Silo.Telemetry.Exposition;

/// <summary>
/// Collects what this silo's meters, the runtime's and the web server's measure, and tells it at any time. It listens beside an
/// OTLP exporter and takes nothing away from it.
/// </summary>
internal sealed class MeterCollector : IDisposable
{
    private const string Runtime = "System.Runtime";
    private static readonly string[] MeterNames = [SiloMeters.Name, Runtime, "Microsoft.AspNetCore.Hosting"];

    // Of the runtime's meter the rest is detail, and its thread pool calls counters what goes up and down.
    private static readonly string[] RuntimePrefixes = ["dotnet.process.", "dotnet.gc.", "dotnet.exceptions"];

    private readonly Lock scraping = new();
    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly IMeterFactory own;

    /// <param name="own">Of this silo: meters of another silo in this process are not told.</param>
    public MeterCollector(IMeterFactory own)
    {
        this.own = own;
        listener.InstrumentPublished = Publish;
        Listen<int>();
        Listen<long>();
        Listen<double>();
        listener.Start();
    }

    /// <summary>Everything, in the text format of Prometheus.</summary>
    public string Scrape()
    {
        // What is observed is forgotten and observed anew: two at once would each find half of it.
        lock (scraping)
        {
            foreach (var family in families.Values)
            {
                family.BeginObservation();
            }

            listener.RecordObservableInstruments();
            return PrometheusText.Write(families.Values);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Publish(Instrument instrument, MeterListener to)
    {
        var meter = instrument.Meter;
        if (Array.IndexOf(MeterNames, meter.Name) < 0
            || (meter.Scope is { } scope && scope != own)
            || (meter.Name == Runtime && !Array.Exists(RuntimePrefixes, prefix => instrument.Name.StartsWith(prefix, StringComparison.Ordinal))))
        {
            return;
        }

        var family = new MetricFamily(instrument);
        family = families.GetOrAdd(family.Name, family);
        to.EnableMeasurementEvents(instrument, family);
    }

    private void Listen<T>()
        where T : struct, INumber<T> => listener.SetMeasurementEventCallback<T>(
            static (_, measurement, tags, family) => ((MetricFamily)family!).Record(double.CreateChecked(measurement), tags));
}
