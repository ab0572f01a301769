using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SeqCluster.Silo.Telemetry;

/// <summary>Sends meters and spans to an OTLP collector when the environment names one; otherwise costs nothing.</summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>The standard's variable.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly MeterProvider meters;
    private readonly TracerProvider traces;

    private TelemetryExport()
    {
        var resource = ResourceBuilder.CreateDefault().AddService("seqcluster-silo");
        meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(SiloMeters.Name).AddOtlpExporter().Build();
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(SiloMeters.Name).AddOtlpExporter().Build();
    }

    /// <summary>null when no endpoint is set.</summary>
    public static TelemetryExport? Start() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)) ? null : new TelemetryExport();

    /// <inheritdoc/>
    public void Dispose()
    {
        meters.Dispose();
        traces.Dispose();
    }
}
