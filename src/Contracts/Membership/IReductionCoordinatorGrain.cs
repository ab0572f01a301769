using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Contracts.Membership;

/// <summary>
/// The only authority on a job's generations, keyed by job id. Stores a generation before it tells any worker.
/// No method waits for a worker's answer.
/// </summary>
public interface IReductionCoordinatorGrain : IGrainWithStringKey
{
    /// <summary>Forms the attempt's first generation from the reserved workers. Repeating it is harmless.</summary>
    Task<CoordinatorStatus> Start(JobSpec spec, int attempt, IReadOnlyList<WorkerOffer> workers);

    /// <summary>Takes the work away from all members.</summary>
    Task Stop(int attempt, string reason);

    /// <summary>
    /// Asks the attempt's members to stop at one common step boundary and to leave a checkpoint. Repeating it is harmless and is
    /// the way to poll; an attempt that has not trained yet is stopped, and one that does not yield in time as well.
    /// </summary>
    Task<CoordinatorStatus> Yield(int attempt, string reason);

    /// <summary>A member tells where it is; reports of an older (attempt, generation) are ignored.</summary>
    Task Report(MemberReport report);

    /// <summary>
    /// Says how many workers the job wants now and which are reserved for it. Those that are no members are invited and join at a
    /// step boundary; superfluous members leave at one. Repeating it is harmless and is the way to poll.
    /// </summary>
    Task<CoordinatorStatus> Offer(int attempt, int wanted, IReadOnlyList<WorkerOffer> reserved);

    /// <summary>A worker's connection broke; it may come back. Together with what its peers see it is lost.</summary>
    Task MemberSuspect(string workerId, string incarnation);

    /// <summary>
    /// Whether a member that the silo does not hear takes part all the same: the generation completes steps, and a step needs every member.
    /// </summary>
    Task<bool> IsAtWork(string workerId, string incarnation);

    /// <summary>A worker is gone.</summary>
    /// <param name="workerId">Its slot.</param>
    /// <param name="incarnation">Its process.</param>
    /// <param name="reason">How that was seen.</param>
    /// <param name="isDead">Whether its process has ended for certain; one that is only not heard may still train.</param>
    Task MemberLost(string workerId, string incarnation, string reason, bool isDead);

    /// <summary>Two reports of one step differ: no result of the job can be trusted. Repeating it is harmless.</summary>
    Task Contradicted(string what);

    Task<CoordinatorStatus> GetStatus();

    /// <summary>The generations of all attempts, in their order.</summary>
    Task<IReadOnlyList<GenerationRecord>> GetLineage();

    /// <summary>The registry of committed checkpoints, by step.</summary>
    Task<IReadOnlyList<JobCheckpoint>> GetCheckpoints();
}
