using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Grains.Metrics;

/// <summary>The workers' log lines of all jobs; the gateway writes them. Implementations are safe for concurrent callers.</summary>
public interface IJobLogs
{
    /// <summary>Stores the lines in their order, all or none, numbered on from the job's last one; the given sequences are ignored.</summary>
    Task Append(string jobId, IReadOnlyList<JobLogLine> lines);

    /// <summary>Those after the sequence <paramref name="after"/> (0: from the first), in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JobLogLine>> Read(string jobId, long after, int limit);
}
