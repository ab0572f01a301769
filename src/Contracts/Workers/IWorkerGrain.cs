namespace SeqCluster.Contracts.Workers;

/// <summary>
/// One worker slot, keyed by worker id: remembers which incarnation is connected through which gateway and what it is
/// assigned, and pushes changes to it. It never waits for the worker: an assignment is stored, pushed, and can be polled.
/// </summary>
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>What <see cref="Heartbeat"/> answers to an incarnation that is not, or no longer, the connected one.</summary>
    const long NotConnected = -1;

    /// <summary>
    /// The gateway's call for a new connection. A newer incarnation takes the slot and its work away from the older one,
    /// which cannot come back: it is told to leave.
    /// </summary>
    /// <returns>What the worker shall do now; null when nothing, or when this incarnation was replaced.</returns>
    Task<Assignment?> Connect(Scheduling.WorkerOffer offer, IWorkerObserver observer);

    /// <summary>The gateway renews its subscription and passes heartbeats on, at the least every 10 seconds.</summary>
    /// <returns>The version of the assignment that the worker should hold, or <see cref="NotConnected"/>: connect again, or leave.</returns>
    Task<long> Heartbeat(string incarnation, IWorkerObserver observer);

    /// <summary>The connection closed or went silent. Ignored when a newer incarnation is connected.</summary>
    Task Disconnect(string incarnation, string reason);

    /// <summary>Stores and pushes what the worker shall do. Repeating it is harmless; the grain sets the version.</summary>
    Task<AssignmentReply> Assign(string incarnation, Assignment assignment);

    /// <summary>
    /// Takes the work of a job away, up to a generation of an attempt; ignored when the worker holds another job's, or a later
    /// one's.
    /// </summary>
    Task Unassign(string incarnation, string jobId, int attempt, int generation);

    /// <summary>Whether another incarnation has the slot, so that this one is no more.</summary>
    Task<bool> IsReplaced(string incarnation);

    /// <summary>What the worker should hold now.</summary>
    Task<Assignment?> GetAssignment(string incarnation);
}
