using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Grains.Metrics;

/// <summary>Metrics and step reports of all jobs. Implementations are safe for concurrent callers.</summary>
public interface IMetricsStore
{
    /// <summary>
    /// Stores the batch, all or nothing. A report's key is (job, step, attempt, generation); the first one stays. A metric's key is
    /// (job, step, name): a value that a later generation tells takes the place of another one, everything else changes nothing. So
    /// repeating a call changes nothing, whoever repeats it, and no metric comes twice that was not computed twice.
    /// </summary>
    /// <returns>What in the batch contradicts a report of the same step that is there, in words; empty for nothing.</returns>
    Task<string> Append(WorkerStepReports reports);

    /// <summary>
    /// Metrics written after the sequence <paramref name="after"/> (0: all), in the order of writing, at most
    /// <paramref name="limit"/>; only those named <paramref name="name"/> when it is not null.
    /// </summary>
    Task<IReadOnlyList<JobMetric>> Read(string jobId, string? name, long after, int limit);

    /// <summary>
    /// All reports of the steps after <paramref name="afterStep"/> (0: of all), those that no longer count among them, by (step, attempt,
    /// generation), at most <paramref name="limit"/> steps.
    /// </summary>
    Task<IReadOnlyList<LedgerStep>> ReadSteps(string jobId, int afterStep, int limit);
}
