namespace SeqCluster.Contracts.Scheduling;

/// <summary>
/// Who gets which workers, key <c>default</c>. Reserves all or nothing, between min and max, in one turn.
/// It calls no other grain and waits for nobody: it hints the job by a one-way call, and the job asks again.
/// </summary>
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>Queues the demand, or says what was decided for it. Repeating it is the way to poll.</summary>
    Task<Placement> Demand(WorkerDemand demand);

    /// <summary>
    /// For a job that has workers: gives back what is beyond the demand and not to be kept, and reserves free workers of the same
    /// numerical environment up to it, unless a waiting job can use them. Repeating it is the way to poll.
    /// </summary>
    /// <returns>What it holds now; nothing for a job that waits.</returns>
    Task<Placement> Extend(WorkerDemand demand, IReadOnlyList<string> kept);

    /// <summary>Takes the job out of the queue and frees whatever it holds. Idempotent.</summary>
    Task Release(string jobId);

    /// <summary>A worker registered, or changed what it offers. Idempotent by (id, incarnation).</summary>
    Task WorkerUp(WorkerOffer offer);

    /// <summary>A worker is gone; its reservation is void. Ignored when a newer incarnation is up.</summary>
    Task WorkerDown(string workerId, string incarnation, string reason);

    /// <summary>
    /// A worker shall take no further work, and its job let it go at a step boundary; or it may again. Kept over restarts, and
    /// for ids that are not connected.
    /// </summary>
    Task Drain(string workerId, bool isDrained);

    /// <summary>Every worker with what it does.</summary>
    Task<IReadOnlyList<WorkerAccount>> Workers();
}
