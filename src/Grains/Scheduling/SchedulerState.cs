using System.Collections.Immutable;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>What the scheduler decides upon.</summary>
/// <param name="Workers">Those that are connected, by worker id in ordinal order.</param>
/// <param name="Demands">By (greater priority, submitted, job id): the order of the queue.</param>
public sealed record SchedulerState(ImmutableSortedDictionary<string, WorkerOffer> Workers, ImmutableList<DemandEntry> Demands)
{
    /// <summary>No workers, no demands.</summary>
    public static readonly SchedulerState Empty = new(
        ImmutableSortedDictionary.Create<string, WorkerOffer>(StringComparer.Ordinal), []);

    /// <summary>Those that wait, in their order.</summary>
    public IEnumerable<DemandEntry> Queue => Demands.Where(entry => entry.State == DemandState.Waiting);

    /// <summary>The demand of a job.</summary>
    public DemandEntry? Find(string jobId) => Demands.Find(entry => entry.Demand.JobId == jobId);

    /// <summary>Who holds a worker slot; null when it is free.</summary>
    public string? HolderOf(string workerId) => Demands.Find(entry => entry.Holds(workerId))?.Demand.JobId;
}
