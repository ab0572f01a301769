using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Tests;

/// <summary>A silo's API with canned answers on a real port. Each request is remembered.</summary>
internal sealed class FakeSilo : IAsyncDisposable
{
    private readonly WebApplication app;
    private int cuts;

    private FakeSilo(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    public JobStatus Job { get; set; } = Samples.Completed();

    public List<JobMetric> Metrics { get; } = [.. Samples.Metrics()];

    public List<JobEvent> Events { get; } = [.. Samples.Events()];

    public List<JobLogLine> Logs { get; } = [new(1, Samples.Start, "local-0", "epoch 1")];

    public List<WorkerAccount> Workers { get; } = [Samples.Worker("local-0", "")];

    public Dictionary<string, byte[]> CheckpointFiles { get; } = [];

    public List<JobCheckpoint> Checkpoints { get; } = [.. Samples.Checkpoints()];

    /// <summary>Streams end early, after one item, this often.</summary>
    public int StreamCuts { get => cuts; set => cuts = value; }

    /// <summary>Whether such a connection breaks, rather than being closed in order.</summary>
    public bool CutsBreak { get; set; }

    /// <summary>Streams send what there is and then nothing, until the job is cancelled.</summary>
    public bool StreamsWait { get; init; }

    /// <summary>Answered to a submission instead of a job.</summary>
    public (int Status, object Body)? Refusal { get; set; }

    /// <summary>Nobody is let in without it; empty for everybody.</summary>
    public string Token { get; set; } = "";

    public ConcurrentQueue<string> Requests { get; } = new();

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JobSubmission? Submission { get; private set; }

    public static async Task<FakeSilo> StartAsync(bool streamsWait = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var silo = new FakeSilo(app) { StreamsWait = streamsWait };
        app.UseRouting();
        silo.Map(app);
        await app.StartAsync();
        silo.Url = new Uri(app.Urls.Single());
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        Cancelled.TrySetResult();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(limit.Token);
        await app.DisposeAsync();
    }

    private void Map(WebApplication routes)
    {
        routes.Use(async (context, next) =>
        {
            if (Token.Length > 0 && context.Request.Headers.Authorization != $"Bearer {Token}")
            {
                await WriteAsync(context, 401, new { title = "Not let in.", detail = "unknown token" });
                return;
            }

            Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["Last-Event-ID"]}".TrimEnd());
            await next();
        });
        routes.MapPost("/v1/jobs", SubmitAsync);
        routes.MapGet("/v1/jobs", (RequestDelegate)(context => WriteAsync(context, 200, new[] { Job })));
        routes.MapGet("/v1/workers", (RequestDelegate)(context => WriteAsync(context, 200, Workers)));
        foreach (var (verb, isDrained) in new[] { ("drain", true), ("undrain", false) })
        {
            routes.MapPost($"/v1/workers/{{id}}:{verb}", (RequestDelegate)(context =>
            {
                Workers[0] = Workers[0] with { IsDrained = isDrained };
                return WriteAsync(context, 200, Workers);
            }));
        }

        routes.MapGet("/v1/jobs/{id}", (RequestDelegate)(context => OfJobAsync(context, () => WriteAsync(context, 200, Job))));
        routes.MapPost("/v1/jobs/{action}", (RequestDelegate)SteerAsync);
        routes.MapGet("/v1/jobs/{id}/checkpoints", (RequestDelegate)(context => OfJobAsync(context, () => WriteAsync(context, 200, Checkpoints))));
        routes.MapGet("/v1/jobs/{id}/checkpoints/{step}", (RequestDelegate)(context => OfJobAsync(context, () => WriteAsync(context, 200, CheckpointFiles.Select(file =>
            new FileContent(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value))))))));
        routes.MapPut("/v1/checkpoints/{seal}/{file}", ReceiveAsync);
        routes.MapGet("/v1/jobs/{id}/checkpoints/{step}/{file}", (RequestDelegate)(context => OfJobAsync(context, async () =>
            await context.Response.Body.WriteAsync(CheckpointFiles[(string)context.Request.RouteValues["file"]!]))));
        routes.MapGet("/v1/jobs/{id}/metrics", (RequestDelegate)(context => OfJobAsync(context, () => StreamAsync(context, Metrics, metric => metric.Sequence))));
        routes.MapGet("/v1/jobs/{id}/events", (RequestDelegate)(context => OfJobAsync(context, () => StreamAsync(context, Events, happened => happened.Sequence))));
        routes.MapGet("/v1/jobs/{id}/logs", (RequestDelegate)(context => OfJobAsync(context, () => StreamAsync(context, Logs, line => line.Sequence))));
    }

    private async Task SubmitAsync(HttpContext context)
    {
        Submission = await JsonSerializer.DeserializeAsync<JobSubmission>(context.Request.Body, ApiJson.Options);
        await (Refusal is { } refusal ? WriteAsync(context, refusal.Status, refusal.Body) : WriteAsync(context, 201, Job));
    }

    // What was missing is here then. Files of tests go in one piece.
    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        CheckpointFiles[$"{context.Request.RouteValues["seal"]}/{context.Request.RouteValues["file"]}"] = body.ToArray();
        Refusal = null;
        context.Response.Headers["Upload-Offset"] = $"{body.Length}";
    }

    private async Task SteerAsync(HttpContext context)
    {
        var action = (string)context.Request.RouteValues["action"]!;
        if (action == $"{Job.JobId}:cancel")
        {
            Job = Job with { State = JobState.Cancelled, Reason = "asked for over the API" };
            Cancelled.TrySetResult();
        }
        else if (action == $"{Job.JobId}:scale")
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            Job = Job with { WantedWorkers = body.RootElement.GetProperty("workers").GetInt32() };
        }
        else if (action != $"{Job.JobId}:pause" && action != $"{Job.JobId}:resume")
        {
            await NoSuchJobAsync(context);
            return;
        }

        await WriteAsync(context, 200, Job);
    }

    private Task OfJobAsync(HttpContext context, Func<Task> answer) =>
        (string)context.Request.RouteValues["id"]! == Job.JobId ? answer() : NoSuchJobAsync(context);

    private static Task NoSuchJobAsync(HttpContext context) =>
        WriteAsync(context, 404, new { title = "No such job.", detail = "there is no such job: GET /v1/jobs lists them" });

    private async Task StreamAsync<T>(HttpContext context, IReadOnlyList<T> items, Func<T, long> sequence)
    {
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        var after = long.Parse(last.Length > 0 ? last : context.Request.Query["after"].ToString(), CultureInfo.InvariantCulture);
        var rest = items.Where(item => sequence(item) > after).ToList();
        if (context.Request.Query["follow"] != "true")
        {
            await WriteAsync(context, 200, rest);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var item in rest)
        {
            await WriteEventAsync(context, "item", sequence(item), JsonSerializer.Serialize(item, ApiJson.Options));
            if (Interlocked.Decrement(ref cuts) >= 0)
            {
                if (CutsBreak)
                {
                    context.Abort();
                }

                return;
            }
        }

        if (StreamsWait)
        {
            await Cancelled.Task;
        }

        await WriteEventAsync(context, "end", items.Count == 0 ? 0 : sequence(items[^1]), "{\"state\":\"completed\"}");
    }

    private static async Task WriteEventAsync(HttpContext context, string kind, long id, string data)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"event: {kind}\nid: {id}\ndata: {data}\n\n"));
        await context.Response.Body.FlushAsync();
    }

    private static Task WriteAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body, ApiJson.Options));
    }
}
