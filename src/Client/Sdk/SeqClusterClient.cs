using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Shards;

namespace SeqCluster.Client.Sdk;

/// <summary>
/// A silo's API in typed calls. Safe from any thread; holds connections, so dispose of it. It never retries a call that
/// changes something; streams resume by themselves.
/// </summary>
/// <exception cref="SeqClusterException">Thrown by every call when the silo refuses.</exception>
/// <exception cref="SiloUnreachableException">Thrown by every call when no silo answers.</exception>
public sealed class SeqClusterClient : ISeqClusterClient, IDisposable
{
    private const int PageEntries = 1_000;

    private readonly SiloAccess access;
    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>A client of a silo without tokens; connects with the first call.</summary>
    /// <param name="silo">Its URL, for example <c>http://127.0.0.1:7070</c>.</param>
    /// <param name="time">Paces reconnection; the system's clock by default.</param>
    public SeqClusterClient(Uri silo, TimeProvider? time = null)
        : this(SiloAccess.To(silo), time)
    {
    }

    /// <summary>A client of one silo; connects with the first call.</summary>
    /// <param name="access">Where it is, by which client token, and by what its certificate is trusted.</param>
    /// <param name="time">Paces reconnection; the system's clock by default.</param>
    public SeqClusterClient(SiloAccess access, TimeProvider? time = null)
    {
        this.access = access;
        this.time = time ?? TimeProvider.System;
        http = access.CreateHttpClient();
    }

    /// <summary>The silo's URL.</summary>
    public Uri Silo => access.Url;

    /// <summary>How the silo is reached.</summary>
    public SiloAccess Access => access;

    /// <summary>How long one call may take; streams may take for ever.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream tries to get its silo back before it gives up.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public Task<JobStatus> SubmitAsync(JobSubmission submission, CancellationToken cancellation = default) =>
        CallAsync<JobStatus>(HttpMethod.Post, "v1/jobs", JsonContent.Create(submission, options: ApiJson.Options), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobStatus>> GetJobsAsync(CancellationToken cancellation = default) =>
        CallAsync<IReadOnlyList<JobStatus>>(HttpMethod.Get, "v1/jobs", null, cancellation);

    /// <inheritdoc/>
    public Task<JobStatus> GetJobAsync(string jobId, CancellationToken cancellation = default) =>
        CallAsync<JobStatus>(HttpMethod.Get, PathOf(jobId), null, cancellation);

    /// <inheritdoc/>
    public Task CancelAsync(string jobId, CancellationToken cancellation = default) => ActAsync(jobId, "cancel", cancellation);

    /// <inheritdoc/>
    public Task PauseAsync(string jobId, CancellationToken cancellation = default) => ActAsync(jobId, "pause", cancellation);

    /// <inheritdoc/>
    public Task ResumeAsync(string jobId, CancellationToken cancellation = default) => ActAsync(jobId, "resume", cancellation);

    /// <inheritdoc/>
    public Task ScaleAsync(string jobId, int workers, CancellationToken cancellation = default) =>
        ActAsync(jobId, "scale", cancellation, JsonContent.Create(new { workers }, options: ApiJson.Options));

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobCheckpoint>> GetCheckpointsAsync(string jobId, CancellationToken cancellation = default) =>
        CallAsync<IReadOnlyList<JobCheckpoint>>(HttpMethod.Get, $"{PathOf(jobId)}/checkpoints", null, cancellation);

    /// <summary>The generations of a job's attempts, in their order: which report of a step counts follows from them.</summary>
    public Task<IReadOnlyList<GenerationRecord>> GetGenerationsAsync(string jobId, CancellationToken cancellation = default) =>
        CallAsync<IReadOnlyList<GenerationRecord>>(HttpMethod.Get, $"{PathOf(jobId)}/generations", null, cancellation);

    /// <summary>All stored reports of a job's steps, by step, attempt and generation, superseded ones among them.</summary>
    public Task<IReadOnlyList<LedgerStep>> GetStepsAsync(string jobId, CancellationToken cancellation = default) =>
        PagesAsync<LedgerStep>(jobId, "steps", 0, static entry => entry.Step, cancellation);

    /// <summary>A dataset's shards and where they are.</summary>
    public Task<DatasetShards> GetShardsAsync(string manifestSha256, CancellationToken cancellation = default) =>
        CallAsync<DatasetShards>(HttpMethod.Get, $"v1/datasets/{Uri.EscapeDataString(manifestSha256)}/shards", null, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerAccount>> GetWorkersAsync(CancellationToken cancellation = default) =>
        CallAsync<IReadOnlyList<WorkerAccount>>(HttpMethod.Get, "v1/workers", null, cancellation);

    /// <inheritdoc/>
    public Task DrainAsync(string workerId, bool isDrained, CancellationToken cancellation = default) => CallAsync<IReadOnlyList<WorkerAccount>>(
        HttpMethod.Post, $"v1/workers/{Uri.EscapeDataString(workerId)}:{(isDrained ? "drain" : "undrain")}", null, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobMetric>> GetMetricsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        PagesAsync<JobMetric>(jobId, "metrics", after, static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> GetEventsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        PagesAsync<JobEvent>(jobId, "events", after, static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobLogLine>> GetLogsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        PagesAsync<JobLogLine>(jobId, "logs", after, static entry => entry.Sequence, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobMetric> FollowMetricsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        FollowAsync<JobMetric>(jobId, "metrics", after, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobEvent> FollowEventsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        FollowAsync<JobEvent>(jobId, "events", after, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobLogLine> FollowLogsAsync(string jobId, long after = 0, CancellationToken cancellation = default) =>
        FollowAsync<JobLogLine>(jobId, "logs", after, cancellation);

    /// <summary>Makes a token; this answer is the only place where it ever stands.</summary>
    public Task<NewToken> CreateTokenAsync(TokenKind kind, string name = "", CancellationToken cancellation = default) =>
        CallAsync<NewToken>(HttpMethod.Post, "v1/tokens", JsonContent.Create(new TokenRequest(kind, name), options: ApiJson.Options), cancellation);

    /// <summary>Tokens, newest first, without the tokens themselves.</summary>
    public Task<IReadOnlyList<TokenDescription>> GetTokensAsync(CancellationToken cancellation = default) =>
        CallAsync<IReadOnlyList<TokenDescription>>(HttpMethod.Get, "v1/tokens", null, cancellation);

    /// <summary>Makes a token worthless, and ends the connections that were made with it.</summary>
    public async Task RevokeTokenAsync(string id, CancellationToken cancellation = default)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"v1/tokens/{Uri.EscapeDataString(id)}"), cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string PathOf(string jobId) => $"v1/jobs/{Uri.EscapeDataString(jobId)}";

    private async Task<IReadOnlyList<T>> PagesAsync<T>(string jobId, string what, long after, Func<T, long> sequence, CancellationToken cancellation)
    {
        var all = new List<T>();
        while (true)
        {
            var page = await CallAsync<IReadOnlyList<T>>(HttpMethod.Get, $"{PathOf(jobId)}/{what}?after={after}&limit={PageEntries}", null, cancellation);
            all.AddRange(page);
            if (page.Count < PageEntries)
            {
                return all;
            }

            after = sequence(page[^1]);
        }
    }

    private async Task ActAsync(string jobId, string verb, CancellationToken cancellation, HttpContent? content = null)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{PathOf(jobId)}:{verb}") { Content = content }, cancellation);
    }

    private async Task<T> CallAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(method, path) { Content = content }, cancellation);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellation)
                ?? throw new JsonException("the body is null");
        }
        catch (JsonException fault)
        {
            throw new SiloUnreachableException($"{Silo}: the answer to {path} is not a silo's ({fault.Message}): is it another program, or another version?", fault);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, either.Token);
        }
        catch (HttpRequestException fault)
        {
            throw new SiloUnreachableException($"{Silo}: {access.Explain(fault)}", fault);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw new SiloUnreachableException($"{Silo}: no answer within {CallTimeout.TotalSeconds:0} s", fault);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw Problem.Read(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
            }
        }

        return response;
    }

    private async IAsyncEnumerable<T> FollowAsync<T>(string jobId, string what, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = new ResumedStream(http, $"{PathOf(jobId)}/{what}", after, time, ReconnectTimeout);
        await foreach (var data in stream.ReadAsync(cancellation))
        {
            if (JsonSerializer.Deserialize<T>(data, ApiJson.Options) is { } item)
            {
                yield return item;
            }
        }
    }
}
