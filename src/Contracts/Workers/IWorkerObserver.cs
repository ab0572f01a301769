using Orleans.Concurrency;

namespace SeqCluster.Contracts.Workers;

/// <summary>The gateway's end of a worker's connection, as the grains reach it.</summary>
public interface IWorkerObserver : IGrainObserver
{
    /// <summary>The worker's assignment changed to this version: fetch it. May be lost; the worker polls when it is stale.</summary>
    [OneWay]
    Task AssignmentChanged(long version);
}
