using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Api;

/// <summary>
/// What a job tells over time: metrics, events, log lines. As a JSON list after a sequence number, or with <c>follow=true</c> as
/// server-sent events whose ids are the sequence numbers.
/// </summary>
internal static class StreamEndpoints
{
    public static void MapStreams(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/jobs/{id}/metrics", static (string id, string? name, long? after, int? limit, bool? follow, HttpContext context, JobStreams streams, IMetricsStore store) =>
                Answer(new(id, "metric", after, limit, follow ?? false), context, streams, (from, count) => store.Read(id, name, from, count), static metric => metric.Sequence))
            .Produces<IReadOnlyList<JobMetric>>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("A job's metrics; ?name= for one of them.");
        routes.MapGet("/v1/jobs/{id}/events", static (string id, long? after, int? limit, bool? follow, HttpContext context, JobStreams streams, IJobEvents store) =>
                Answer(new(id, "event", after, limit, follow ?? false), context, streams, (from, count) => store.Read(id, from, count), static one => one.Sequence))
            .Produces<IReadOnlyList<JobEvent>>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Changes of a job's state, with their reasons.");
        routes.MapGet("/v1/jobs/{id}/logs", static (string id, long? after, int? limit, bool? follow, HttpContext context, JobStreams streams, IJobLogs store) =>
                Answer(new(id, "log", after, limit, follow ?? false), context, streams, (from, count) => store.Read(id, from, count), static line => line.Sequence))
            .Produces<IReadOnlyList<JobLogLine>>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("The workers' log lines of a job.");
    }

    private static async Task<IResult> Answer<T>(
        StreamRequest request, HttpContext context, JobStreams streams, Func<long, int, Task<IReadOnlyList<T>>> read, Func<T, long> sequence)
    {
        var after = request.After ?? 0;

        // A reconnecting EventSource repeats its first URL: the id of what it saw last counts more than the query.
        if (request.Follow && context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last && !long.TryParse(last, out after))
        {
            return ApiProblem.Fault("Last-Event-ID", "must be a whole number");
        }

        if (after < 0)
        {
            return ApiProblem.Fault("after", "must not be negative");
        }

        if (request.Limit is < 1 or > ApiLimits.MaximumEntries)
        {
            return ApiProblem.Fault("limit", $"must be 1 to {ApiLimits.MaximumEntries}");
        }

        if (!JobEndpoints.IsJobId(request.JobId) || await streams.State(request.JobId) is null)
        {
            return ApiProblem.NoSuchJob(request.JobId);
        }

        return request.Follow
            ? TypedResults.ServerSentEvents(streams.Follow(request.JobId, request.Kind, after, read, sequence, context.RequestAborted))
            : TypedResults.Ok(await read(after, request.Limit ?? ApiLimits.DefaultEntries));
    }

    private sealed record StreamRequest(string JobId, string Kind, long? After, int? Limit, bool Follow);
}
