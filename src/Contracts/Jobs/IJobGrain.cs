using Orleans.Concurrency;

namespace SeqCluster.Contracts.Jobs;

/// <summary>
/// One training run, keyed by job id. Owns the job's state and its history of reasons; decides nothing about
/// generations (the coordinator does) and nothing about which workers it gets (the scheduler does).
/// </summary>
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Stores the job and queues it. Repeating it with the same spec is harmless.</summary>
    /// <returns>null, or why the job was refused.</returns>
    Task<string?> Submit(JobSpec spec);

    /// <summary>null when no such job was submitted.</summary>
    Task<JobStatus?> GetStatus();

    /// <summary>Frees the workers. Harmless on a finished job.</summary>
    /// <returns>null, or why it was refused.</returns>
    Task<string?> Cancel(string reason);

    /// <summary>
    /// Has the members stop at a step boundary with a checkpoint, frees the workers and keeps the job; it is
    /// <see cref="JobState.Pausing"/> until they have. Harmless on a paused job.
    /// </summary>
    /// <returns>null, or why it was refused: a finished job cannot be paused.</returns>
    Task<string?> Pause(string reason);

    /// <summary>Queues a paused job again, at the place that its submission gives it.</summary>
    /// <returns>null, or why it was refused.</returns>
    Task<string?> Resume();

    /// <summary>
    /// Changes how many workers the job takes at the most. A running one goes on with the others from a
    /// step boundary; repeating it is harmless.
    /// </summary>
    /// <param name="workers">From 1 to the job's replicas.</param>
    /// <param name="reason">Why, for people.</param>
    /// <returns>null, or why it was refused.</returns>
    Task<string?> Scale(int workers, string reason);

    /// <summary>A hint that something changed at the scheduler or the coordinator: look there. May be lost or repeated.</summary>
    [OneWay]
    Task Wake();
}
