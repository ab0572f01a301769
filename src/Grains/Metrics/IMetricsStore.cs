using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Grains.Metrics;

/// <summary>Metrics and step reports of all jobs. Implementations are safe for concurrent callers.</summary>
public interface IMetricsStore
{
    /// <summary>
    /// Stores the batch, all or nothing. A metric's key is (job, step, name) and the last write counts; a report's key is
    /// (job, attempt, generation, step, worker). Repeating a call changes no value.
    /// </summary>
    Task Append(WorkerStepReports reports);

    /// <summary>
    /// Metrics written after the sequence <paramref name="after"/> (0: all), in the order of writing, at most
    /// <paramref name="limit"/>; only those named <paramref name="name"/> when it is not null.
    /// </summary>
    Task<IReadOnlyList<JobMetric>> Read(string jobId, string? name, long after, int limit);

    /// <summary>
    /// The reports of the steps after <paramref name="afterStep"/> (0: all), by (attempt, generation, step, rank), one step in
    /// each item and without metrics, at most <paramref name="limit"/> items.
    /// </summary>
    Task<IReadOnlyList<WorkerStepReports>> ReadSteps(string jobId, int afterStep, int limit);
}
