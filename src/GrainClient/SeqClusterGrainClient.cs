using System.Net;
using System.Runtime.CompilerServices;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.GrainClient;

/// <summary>
/// The SDK for .NET hosts inside the cluster: calls the grains by Orleans' own client, without HTTP and without tokens, for whoever
/// is let into the cluster may do everything. Safe from any thread. It never retries a call that changes something; what it
/// follows goes on through a silo's absence.
/// </summary>
/// <param name="cluster">A connected client; the caller's, and disposed of by the caller.</param>
/// <param name="time">Paces looking again; the system's clock by default.</param>
public sealed class SeqClusterGrainClient(IClusterClient cluster, TimeProvider? time = null) : ISeqClusterClient
{
    private const string ByClient = "asked for by a client inside the cluster";
    private const int PageEntries = 1_000;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>How long what is followed waits for the cluster to answer again before it gives up.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task<JobStatus> SubmitAsync(JobSubmission submission, CancellationToken cancellation = default)
    {
        var grain = cluster.GetGrain<ISubmissionGrain>(Guid.NewGuid().ToString("N"));
        var answer = await CallAsync(() => grain.Submit(submission), cancellation);
        return answer.Faults.Count > 0 ? throw new SeqClusterException(HttpStatusCode.BadRequest, answer.Refusal, answer.Faults)
            : answer.Status ?? throw new SeqClusterException(HttpStatusCode.Conflict, answer.Refusal, []);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobStatus>> GetJobsAsync(CancellationToken cancellation = default)
    {
        var ids = await CallAsync(() => cluster.GetGrain<IJobDirectoryGrain>(WellKnownGrains.JobDirectory).List(PageEntries), cancellation);
        var statuses = await CallAsync(() => Task.WhenAll(ids.Select(id => Job(id).GetStatus())), cancellation);
        return [.. statuses.OfType<JobStatus>()];
    }

    /// <inheritdoc/>
    public async Task<JobStatus> GetJobAsync(string jobId, CancellationToken cancellation = default) =>
        (JobId.IsOne(jobId) ? await CallAsync(() => Job(jobId).GetStatus(), cancellation) : null)
        ?? throw new SeqClusterException(HttpStatusCode.NotFound, $"there is no job {jobId}", []);

    /// <inheritdoc/>
    public Task CancelAsync(string jobId, CancellationToken cancellation = default) =>
        SteerAsync(jobId, static job => job.Cancel(ByClient), cancellation);

    /// <inheritdoc/>
    public Task PauseAsync(string jobId, CancellationToken cancellation = default) =>
        SteerAsync(jobId, static job => job.Pause(ByClient), cancellation);

    /// <inheritdoc/>
    public Task ResumeAsync(string jobId, CancellationToken cancellation = default) => SteerAsync(jobId, static job => job.Resume(), cancellation);

    /// <inheritdoc/>
    public async Task ScaleAsync(string jobId, int workers, CancellationToken cancellation = default)
    {
        var replicas = (await GetJobAsync(jobId, cancellation)).Spec.Workers.Replicas;
        if (workers < 1 || workers > replicas)
        {
            throw new SeqClusterException(HttpStatusCode.BadRequest, "The request has a fault.", [$"workers: {workers}: must be 1 to {replicas}, the job's replicas"]);
        }

        await SteerAsync(jobId, job => job.Scale(workers, ByClient), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobCheckpoint>> GetCheckpointsAsync(string jobId, CancellationToken cancellation = default)
    {
        await GetJobAsync(jobId, cancellation);
        return await CallAsync(() => cluster.GetGrain<IReductionCoordinatorGrain>(jobId).GetCheckpoints(), cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerAccount>> GetWorkersAsync(CancellationToken cancellation = default) =>
        CallAsync(() => cluster.GetGrain<ISchedulerGrain>(WellKnownGrains.Scheduler).Workers(), cancellation);

    /// <inheritdoc/>
    public async Task DrainAsync(string workerId, bool isDrained, CancellationToken cancellation = default)
    {
        var scheduler = cluster.GetGrain<ISchedulerGrain>(WellKnownGrains.Scheduler);
        var workers = await CallAsync(scheduler.Workers, cancellation);
        if (workers.All(known => known.Worker.WorkerId != workerId))
        {
            throw new SeqClusterException(HttpStatusCode.NotFound, $"no worker {workerId} is connected", []);
        }

        await CallAsync(
            async () =>
            {
                await scheduler.Drain(workerId, isDrained);
                return true;
            },
            cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobMetric>> GetMetricsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        PagesAsync(jobId, after, static (job, from) => job.Metrics(from, PageEntries), static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> GetEventsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        PagesAsync(jobId, after, static (job, from) => job.Events(from, PageEntries), static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobLogLine>> GetLogsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        PagesAsync(jobId, after, static (job, from) => job.Logs(from, PageEntries), static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobMetric> FollowMetricsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        FollowAsync(jobId, after, static (job, from) => job.Metrics(from, PageEntries), static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobEvent> FollowEventsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        FollowAsync(jobId, after, static (job, from) => job.Events(from, PageEntries), static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobLogLine> FollowLogsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        FollowAsync(jobId, after, static (job, from) => job.Logs(from, PageEntries), static entry => entry.Sequence, cancellation);

    // What the cluster says when it is not there is many things; to a caller it is one.
    private static async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call().WaitAsync(cancellation);
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException or ObjectDisposedException or InvalidOperationException)
        {
            throw new SiloUnreachableException($"the cluster does not answer: {fault.Message}", fault);
        }
    }

    private IJobGrain Job(string jobId) => cluster.GetGrain<IJobGrain>(jobId);

    private async Task SteerAsync(string jobId, Func<IJobGrain, Task<string?>> steer, CancellationToken cancellation)
    {
        await GetJobAsync(jobId, cancellation);
        if (await CallAsync(() => steer(Job(jobId)), cancellation) is { } refusal)
        {
            throw new SeqClusterException(HttpStatusCode.Conflict, refusal, []);
        }
    }

    private async Task<IReadOnlyList<T>> PagesAsync<T>(
        string jobId, long after, Func<IJobHistoryGrain, long, Task<IReadOnlyList<T>>> read, Func<T, long> sequence, CancellationToken cancellation)
    {
        await GetJobAsync(jobId, cancellation);
        var all = new List<T>();
        while (true)
        {
            var page = await CallAsync(() => read(cluster.GetGrain<IJobHistoryGrain>(jobId), after), cancellation);
            all.AddRange(page);
            if (page.Count < PageEntries)
            {
                return all;
            }

            after = sequence(page[^1]);
        }
    }

    private async IAsyncEnumerable<T> FollowAsync<T>(
        string jobId, long after, Func<IJobHistoryGrain, long, Task<IReadOnlyList<T>>> read, Func<T, long> sequence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lastContact = time.GetTimestamp();
        while (true)
        {
            IReadOnlyList<T> page = [];
            var isFinal = false;
            try
            {
                // In this order: what was written before the end is read after it was seen.
                isFinal = (await GetJobAsync(jobId, cancellation)).IsFinal();
                page = await CallAsync(() => read(cluster.GetGrain<IJobHistoryGrain>(jobId), after), cancellation);
                lastContact = time.GetTimestamp();
            }
            catch (SiloUnreachableException) when (time.GetElapsedTime(lastContact) <= ReconnectTimeout)
            {
                isFinal = false;
            }

            foreach (var entry in page)
            {
                after = sequence(entry);
                yield return entry;
            }

            if (page.Count == 0 && isFinal)
            {
                yield break;
            }

            if (page.Count == 0)
            {
                await Task.Delay(LookAgain, time, cancellation);
            }
        }
    }
}
