using System.Diagnostics.Metrics;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Telemetry;

/// <summary>Tells the meters, whenever one is read, how many workers are connected to this silo and what they do.</summary>
internal sealed class GatewayGauges
{
    private readonly Gateway gateway;

    public GatewayGauges(Gateway gateway, IMeterFactory meters)
    {
        this.gateway = gateway;
        meters.Create(SiloMeters.Name).CreateObservableGauge(
            "seqcluster.gateway.workers", Observe, "{worker}", "Workers that are connected to this silo, by whether a job holds them.");
    }

    private IEnumerable<Measurement<int>> Observe()
    {
        var (busy, idle) = gateway.Occupation();
        return [new(busy, new KeyValuePair<string, object?>("state", "busy")), new(idle, new KeyValuePair<string, object?>("state", "idle"))];
    }
}
