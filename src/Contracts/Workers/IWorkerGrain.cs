namespace SeqCluster.Contracts.Workers;

/// <summary>
/// One worker slot, keyed by worker id: remembers which incarnation is connected through which gateway and what it is
/// assigned, and pushes changes to it. It never waits for the worker: an assignment is stored, pushed, and can be polled.
/// </summary>
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>The gateway's call for a new connection. An older incarnation is told to leave.</summary>
    Task<Assignment?> Connect(Scheduling.WorkerOffer offer, IWorkerObserver observer);

    /// <summary>The gateway renews its subscription and passes heartbeats on.</summary>
    /// <returns>The version of the assignment that the worker should hold.</returns>
    Task<long> Heartbeat(string incarnation, IWorkerObserver observer);

    /// <summary>The connection closed or went silent. Ignored when a newer incarnation is connected.</summary>
    Task Disconnect(string incarnation, string reason);

    /// <summary>Stores and pushes what the worker shall do; null takes its work away. Older (attempt, generation) are ignored.</summary>
    /// <returns>false when that incarnation is not connected.</returns>
    Task<bool> Assign(string incarnation, Assignment? assignment);

    /// <summary>What the worker should hold now.</summary>
    Task<Assignment?> GetAssignment(string incarnation);
}
