namespace SeqCluster.Contracts.Metrics;

/// <summary>
/// What a job has told over time, keyed by job id: reads the store for clients inside the cluster. Entries come in the order of
/// their sequence numbers, those after <c>after</c> (0: from the first), at most <c>limit</c>.
/// </summary>
public interface IJobHistoryGrain : IGrainWithStringKey
{
    /// <summary>Metrics, in the order of writing.</summary>
    Task<IReadOnlyList<JobMetric>> Metrics(long after, int limit);

    /// <summary>Changes of state, with their reasons.</summary>
    Task<IReadOnlyList<JobEvent>> Events(long after, int limit);

    /// <summary>The workers' lines.</summary>
    Task<IReadOnlyList<JobLogLine>> Logs(long after, int limit);
}
