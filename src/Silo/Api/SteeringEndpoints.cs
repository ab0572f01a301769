using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Silo.Api;

/// <summary>The paths that steer a job, and show where it can go on from.</summary>
internal static class SteeringEndpoints
{
    private const string ByPerson = "asked for over the API";

    public static void MapSteering(this IEndpointRouteBuilder routes)
    {
        MapSteer(routes, "cancel", "Stops a job and frees its workers.", "Harmless on a cancelled job.", static job => job.Cancel(ByPerson));
        MapSteer(
            routes, "pause", "Stops a job at a step boundary with a checkpoint, frees its workers and keeps the job.",
            "A running job is 'pausing' until its members have stopped; after 60 seconds they are stopped without a checkpoint.",
            static job => job.Pause(ByPerson));
        MapSteer(
            routes, "resume", "Queues a paused job again.", "It goes on after the step of its latest checkpoint, at the place of its submission.",
            static job => job.Resume());
        routes.MapPost("/v1/jobs/{id}:scale", Scale).Accepts<ScaleRequest>("application/json").Produces<JobStatus>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .WithSummary("Changes how many workers a job takes at the most.")
            .WithDescription("From 1 to the job's replicas. A running job goes on with the others from a step boundary, in the same attempt and with the same result.");
        routes.MapGet("/v1/jobs/{id}/checkpoints", Checkpoints).Produces<IReadOnlyList<JobCheckpoint>>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Lists a job's committed checkpoints, by step.")
            .WithDescription("The last two, and the one of the last step; a damaged one is shown as such and not used.");
    }

    private static void MapSteer(IEndpointRouteBuilder routes, string verb, string summary, string description, Func<IJobGrain, Task<string?>> steer) =>
        routes.MapPost($"/v1/jobs/{{id}}:{verb}", async (string id, IGrainFactory grains) =>
            await Find(id, grains) is null ? ApiProblem.NoSuchJob(id) : await Answer(grains.GetGrain<IJobGrain>(id), steer))
            .Produces<JobStatus>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .WithSummary(summary).WithDescription(description);

    private static async Task<IResult> Scale(string id, HttpContext context, IGrainFactory grains)
    {
        if (await Find(id, grains) is not { } status)
        {
            return ApiProblem.NoSuchJob(id);
        }

        ScaleRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<ScaleRequest>(context.Request.Body, ApiJson.Options, context.RequestAborted);
        }
        catch (JsonException fault)
        {
            return ApiProblem.Fault("body", $"not the JSON of a scale request: {fault.Message}");
        }

        // Its replicas are in the file, or follow from it: a stored specification has them.
        var replicas = status.Spec.Workers.Replicas;
        return request?.Workers is { } workers && workers >= 1 && workers <= replicas
            ? await Answer(grains.GetGrain<IJobGrain>(id), job => job.Scale(workers, ByPerson))
            : ApiProblem.Fault(
                "workers",
                $"{request?.Workers?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}: must be 1 to {replicas}, the job's replicas; a worker without a replica has nothing to do");
    }

    private static async Task<IResult> Checkpoints(string id, IGrainFactory grains) => await Find(id, grains) is null
        ? ApiProblem.NoSuchJob(id)
        : TypedResults.Ok(await grains.GetGrain<IReductionCoordinatorGrain>(id).GetCheckpoints());

    private static async Task<JobStatus?> Find(string id, IGrainFactory grains) =>
        JobEndpoints.IsJobId(id) ? await grains.GetGrain<IJobGrain>(id).GetStatus() : null;

    private static async Task<IResult> Answer(IJobGrain job, Func<IJobGrain, Task<string?>> steer) =>
        await steer(job) is { } refusal ? ApiProblem.Refused(refusal) : TypedResults.Ok(await job.GetStatus());
}
