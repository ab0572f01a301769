using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Client.Sdk;

/// <summary>
/// What a program does with jobs, the same by HTTP (<see cref="SeqClusterClient"/>, from anywhere) and by Orleans' client (the
/// project GrainClient, for hosts inside the cluster). Implementations are safe from any thread.
/// </summary>
/// <exception cref="SeqClusterException">Thrown by every call when the cluster refuses.</exception>
/// <exception cref="SiloUnreachableException">Thrown by every call when the cluster does not answer.</exception>
public interface ISeqClusterClient
{
    /// <summary>Submits a job; the answer is its first status. A silo that prepares the data answers when that is done.</summary>
    Task<JobStatus> SubmitAsync(JobSubmission submission, CancellationToken cancellation = default);

    /// <summary>Jobs, newest first.</summary>
    Task<IReadOnlyList<JobStatus>> GetJobsAsync(CancellationToken cancellation = default);

    /// <summary>One job.</summary>
    Task<JobStatus> GetJobAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>Stops a job and frees its workers; harmless on a cancelled one.</summary>
    Task CancelAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>Asks a job to stop at a step boundary with a checkpoint; it is pausing, then paused, until it is resumed.</summary>
    Task PauseAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>Queues a paused job again.</summary>
    Task ResumeAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>Changes how many workers a job takes at the most; a running one goes on with the others from a step boundary.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="workers">From 1 to the job's replicas.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    Task ScaleAsync(string jobId, int workers, CancellationToken cancellation = default);

    /// <summary>A job's committed checkpoints, by step.</summary>
    Task<IReadOnlyList<JobCheckpoint>> GetCheckpointsAsync(string jobId, CancellationToken cancellation = default);

    /// <summary>Every worker, and the job that holds it.</summary>
    Task<IReadOnlyList<WorkerAccount>> GetWorkersAsync(CancellationToken cancellation = default);

    /// <summary>
    /// A worker takes no further work, and its job lets it go at a step boundary, as soon as enough others are there; or it may work
    /// again.
    /// </summary>
    Task DrainAsync(string workerId, bool isDrained, CancellationToken cancellation = default);

    /// <summary>The metrics stored after <paramref name="after"/>, in order of writing.</summary>
    Task<IReadOnlyList<JobMetric>> GetMetricsAsync(string jobId, long after = 0, CancellationToken cancellation = default);

    /// <summary>The events after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<JobEvent>> GetEventsAsync(string jobId, long after = 0, CancellationToken cancellation = default);

    /// <summary>The log lines after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<JobLogLine>> GetLogsAsync(string jobId, long after = 0, CancellationToken cancellation = default);

    /// <summary>Metrics as they are written, until the job is in a final state.</summary>
    IAsyncEnumerable<JobMetric> FollowMetricsAsync(string jobId, long after = 0, CancellationToken cancellation = default);

    /// <summary>Events as they happen, until the job is in a final state.</summary>
    IAsyncEnumerable<JobEvent> FollowEventsAsync(string jobId, long after = 0, CancellationToken cancellation = default);

    /// <summary>Log lines as they are written, until the job is in a final state.</summary>
    IAsyncEnumerable<JobLogLine> FollowLogsAsync(string jobId, long after = 0, CancellationToken cancellation = default);
}
