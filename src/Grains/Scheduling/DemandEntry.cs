using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>A demand that the scheduler keeps.</summary>
/// <param name="Demand">The job's latest one.</param>
/// <param name="State">Never <see cref="DemandState.Absent"/>.</param>
/// <param name="Since">Since when the job waits for this attempt, or waited before it got its workers.</param>
/// <param name="Workers">What it holds, in rank order.</param>
[GenerateSerializer, Immutable]
public sealed record DemandEntry(WorkerDemand Demand, DemandState State, DateTimeOffset Since, IReadOnlyList<WorkerOffer> Workers)
{
    /// <summary>Whether the entry holds the worker slot, in whichever incarnation.</summary>
    public bool Holds(string workerId) => Workers.Any(worker => worker.WorkerId == workerId);
}
