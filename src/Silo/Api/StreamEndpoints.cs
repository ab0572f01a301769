using Microsoft.AspNetCore.Mvc;
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
    private const string LastEventId = "Last-Event-ID";

    public static void MapStreams(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/jobs/{id}/metrics", static ([AsParameters] StreamRequest request, string? name, HttpContext context, JobStreams streams, IMetricsStore store) =>
                Answer(request, "metric", context, streams, (from, count) => store.Read(request.Id, name, from, count), static metric => metric.Sequence))
            .Describe<JobMetric>("A job's metrics; ?name= for one of them.");
        routes.MapGet("/v1/jobs/{id}/events", static ([AsParameters] StreamRequest request, HttpContext context, JobStreams streams, IJobEvents store) =>
                Answer(request, "event", context, streams, (from, count) => store.Read(request.Id, from, count), static one => one.Sequence))
            .Describe<JobEvent>("Changes of a job's state, with their reasons.");
        routes.MapGet("/v1/jobs/{id}/logs", static ([AsParameters] StreamRequest request, HttpContext context, JobStreams streams, IJobLogs store) =>
                Answer(request, "log", context, streams, (from, count) => store.Read(request.Id, from, count), static line => line.Sequence))
            .Describe<JobLogLine>("The workers' log lines of a job.");
    }

    private static void Describe<T>(this RouteHandlerBuilder route, string summary) => route
        .Produces<IReadOnlyList<T>>().Produces<IReadOnlyList<T>>(StatusCodes.Status200OK, "text/event-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary(summary)
        .WithDescription(
            "A list of at most 'limit' entries after the sequence number 'after'. With follow=true server-sent events: each one's id is its sequence "
            + "number and its data one entry; 'Last-Event-ID' goes on after that one; the event 'end' closes the stream when the job is in a final state.");

    private static async Task<IResult> Answer<T>(
        StreamRequest request, string kind, HttpContext context, JobStreams streams, Func<long, int, Task<IReadOnlyList<T>>> read, Func<T, long> sequence)
    {
        var after = request.After ?? 0;

        // A reconnecting EventSource repeats its first URL: the id of what it saw last counts more than the query.
        var follows = request.Follow ?? false;
        if (follows && request.Last is { Length: > 0 } last && !long.TryParse(last, out after))
        {
            return ApiProblem.Fault(LastEventId, "must be a whole number");
        }

        if (after < 0)
        {
            return ApiProblem.Fault("after", "must not be negative");
        }

        if (request.Limit is < 1 or > ApiLimits.MaximumEntries)
        {
            return ApiProblem.Fault("limit", $"must be 1 to {ApiLimits.MaximumEntries}");
        }

        if (!JobEndpoints.IsJobId(request.Id) || await streams.State(request.Id) is null)
        {
            return ApiProblem.NoSuchJob(request.Id);
        }

        return follows
            ? TypedResults.ServerSentEvents(streams.Follow(request.Id, kind, after, read, sequence, context.RequestAborted))
            : TypedResults.Ok(await read(after, request.Limit ?? ApiLimits.DefaultEntries));
    }

    private sealed record StreamRequest(
        [FromRoute(Name = "id")] string Id,
        [FromQuery(Name = "after")] long? After,
        [FromQuery(Name = "limit")] int? Limit,
        [FromQuery(Name = "follow")] bool? Follow,
        [FromHeader(Name = LastEventId)] string? Last);
}
