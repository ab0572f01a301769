using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Grains;

namespace SeqCluster.Silo.Api;

/// <summary>The paths that submit and show jobs.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/jobs", Submit).Accepts<JobSubmission>("application/json")
            .Produces<JobStatus>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .WithSummary("Submits a job file.");
        routes.MapGet("/v1/jobs", List).Produces<IReadOnlyList<JobStatus>>().ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("Lists jobs, newest first.");
        routes.MapGet("/v1/jobs/{id}", Show).Produces<JobStatus>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Shows one job.");
    }

    /// <summary>Whether a text can be a job's id at all; no other one becomes a grain's key.</summary>
    public static bool IsJobId(string id) => JobId.IsOne(id);

    private static async Task<IResult> Submit(HttpContext context, JobSubmissions submissions, IGrainFactory grains)
    {
        JobSubmission? submission;
        try
        {
            submission = await JsonSerializer.DeserializeAsync<JobSubmission>(context.Request.Body, ApiJson.Options, context.RequestAborted);
        }
        catch (JsonException fault)
        {
            return ApiProblem.Fault("body", $"not the JSON of a submission: {fault.Message}");
        }

        if (submission is null || !JobSubmissions.IsComplete(submission))
        {
            return ApiProblem.Fault("body", "must be a JSON object without null");
        }

        var (status, faults, refusal) = await submissions.Submit(submission, grains, context.RequestAborted);
        return status is not null ? TypedResults.Created($"/v1/jobs/{status.JobId}", status)
            : faults.Count > 0 ? ApiProblem.Faults(faults)
            : ApiProblem.Refused(refusal);
    }

    private static async Task<IResult> List(IGrainFactory grains, int? limit)
    {
        if (limit is < 1 or > ApiLimits.MaximumEntries)
        {
            return ApiProblem.Fault("limit", $"must be 1 to {ApiLimits.MaximumEntries}");
        }

        var ids = await grains.GetGrain<IJobDirectoryGrain>(ControlPlane.DirectoryKey).List(limit ?? ApiLimits.DefaultEntries);
        var statuses = await Task.WhenAll(ids.Select(id => grains.GetGrain<IJobGrain>(id).GetStatus()));
        return TypedResults.Ok(statuses.OfType<JobStatus>().ToList());
    }

    private static async Task<IResult> Show(string id, IGrainFactory grains) =>
        IsJobId(id) && await grains.GetGrain<IJobGrain>(id).GetStatus() is { } status ? TypedResults.Ok(status) : ApiProblem.NoSuchJob(id);
}
