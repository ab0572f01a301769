using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Grains.Metrics;

/// <summary>Reads one job's stored history; holds nothing itself.</summary>
public sealed class JobHistoryGrain(IMetricsStore metrics, IJobEvents events, IJobLogs logs) : Grain, IJobHistoryGrain
{
    /// <summary>The most entries of one answer, whatever is asked for.</summary>
    public const int EntriesBound = 10_000;

    private string JobId => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobMetric>> Metrics(long after, int limit) => metrics.Read(JobId, null, after, Bounded(limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> Events(long after, int limit) => events.Read(JobId, after, Bounded(limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobLogLine>> Logs(long after, int limit) => logs.Read(JobId, after, Bounded(limit));

    private static int Bounded(int limit) => Math.Clamp(limit, 1, EntriesBound);
}
