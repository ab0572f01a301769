using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Grains.Jobs;

/// <summary>The events of all jobs, kept for people. Implementations are safe for concurrent callers.</summary>
public interface IJobEvents
{
    /// <summary>
    /// Stores the events in their order, all or none, numbered on from the job's last one without a gap. An event whose key
    /// the job already has is left out: repeating a call changes nothing.
    /// </summary>
    Task Append(string jobId, IReadOnlyList<JobEventDraft> events);

    /// <summary>Those after the sequence <paramref name="after"/> (0: from the first), in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JobEvent>> Read(string jobId, long after, int limit);
}
