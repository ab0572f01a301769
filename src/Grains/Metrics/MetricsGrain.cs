using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Grains.Metrics;

/// <summary>Passes one job's batches on to the store; holds nothing itself.</summary>
public sealed class MetricsGrain(IMetricsStore store) : Grain, IMetricsGrain
{
    /// <summary>The most steps, and the most metrics, in one batch.</summary>
    public const int BatchLimit = 16_384;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is another job's, or too large.</exception>
    public Task<string> Append(WorkerStepReports reports)
    {
        string jobId = this.GetPrimaryKeyString();
        if (reports.JobId != jobId)
        {
            throw new ArgumentException($"reports of job {reports.JobId} came to job {jobId}", nameof(reports));
        }

        if (reports.Steps.Count > BatchLimit || reports.Metrics.Count > BatchLimit)
        {
            throw new ArgumentException(
                $"{reports.Steps.Count} steps and {reports.Metrics.Count} metrics in one batch: at most {BatchLimit} each", nameof(reports));
        }

        return store.Append(reports);
    }
}
