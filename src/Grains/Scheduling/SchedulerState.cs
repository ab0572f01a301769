using System.Collections.Immutable;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>What the scheduler decides upon.</summary>
/// <param name="Workers">Those that are connected, by worker id in ordinal order.</param>
/// <param name="Demands">By (greater priority, submitted, job id): the order of the queue.</param>
/// <param name="Drained">Ids of workers that take no further work, connected or not.</param>
public sealed record SchedulerState(
    ImmutableSortedDictionary<string, WorkerOffer> Workers, ImmutableList<DemandEntry> Demands, ImmutableSortedSet<string> Drained)
{
    /// <summary>No workers, no demands.</summary>
    public static readonly SchedulerState Empty = new(
        ImmutableSortedDictionary.Create<string, WorkerOffer>(StringComparer.Ordinal), [], ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    /// <summary>Those that wait, in their order.</summary>
    public IEnumerable<DemandEntry> Queue => Demands.Where(entry => entry.State == DemandState.Waiting);

    /// <summary>The demand of a job.</summary>
    public DemandEntry? Find(string jobId) => Demands.Find(entry => entry.Demand.JobId == jobId);

    /// <summary>Whether a worker may be given to a demand.</summary>
    public bool Suits(WorkerOffer worker, WorkerDemand demand) =>
        WorkerChoice.Matches(worker, demand.Device) && NumericalGroup.Takes(worker, demand) && !Drained.Contains(worker.WorkerId) && !demand.Refuses(worker.WorkerId);

    /// <summary>Who holds a worker slot; null when it is free.</summary>
    public string? HolderOf(string workerId) => Demands.Find(entry => entry.Holds(workerId))?.Demand.JobId;
}
