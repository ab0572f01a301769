using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Telemetry;

/// <summary>Follows step reports on their way into the store: what is stored is measured and traced. Changes nothing about them.</summary>
internal sealed class StepTelemetry(IMetricsStore inner, JobTraces traces) : IMetricsStore
{
    /// <inheritdoc/>
    public async Task<string> Append(WorkerStepReports reports)
    {
        var contradiction = await inner.Append(reports);
        SiloMeters.Record(reports);
        traces.Follow(reports);
        return contradiction;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobMetric>> Read(string jobId, string? name, long after, int limit) => inner.Read(jobId, name, after, limit);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerStep>> ReadSteps(string jobId, int afterStep, int limit) => inner.ReadSteps(jobId, afterStep, limit);
}
