using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains;

namespace SeqCluster.Silo.Api;

/// <summary>The paths about the cluster itself: its workers, and whether this silo lives and serves.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/workers", static async (IGrainFactory grains) => TypedResults.Ok(await Scheduler(grains).Workers()))
            .WithSummary("Every worker with the job that holds it.");
        MapDrain(routes, "drain", isDrained: true, "A worker takes no further work.", "Its job lets it go at a step boundary, as soon as enough others are there. Kept over restarts.");
        MapDrain(routes, "undrain", isDrained: false, "A drained worker may work again.", "Harmless for one that is not drained.");
    }

    /// <summary>The paths that are open to everybody.</summary>
    public static void MapProbes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", static () => TypedResults.Text("ok")).WithSummary("The process answers.");
        routes.MapGet("/readyz", Ready).Produces<string>(StatusCodes.Status200OK, "text/plain").ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The store takes writes, grains answer, and the silo does not stop.");
    }

    private static void MapDrain(IEndpointRouteBuilder routes, string verb, bool isDrained, string summary, string description) =>
        routes.MapPost($"/v1/workers/{{id}}:{verb}", async (string id, IGrainFactory grains) =>
            (await Scheduler(grains).Workers()).All(known => known.Worker.WorkerId != id)
                ? ApiProblem.NoSuchWorker(id)
                : await Drained(Scheduler(grains), id, isDrained))
            .Produces<IReadOnlyList<WorkerAccount>>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary(summary).WithDescription(description);

    private static async Task<IResult> Drained(ISchedulerGrain scheduler, string id, bool isDrained)
    {
        await scheduler.Drain(id, isDrained);
        return TypedResults.Ok(await scheduler.Workers());
    }

    private static ISchedulerGrain Scheduler(IGrainFactory grains) => grains.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey);

    private static async Task<IResult> Ready(Readiness readiness) => await readiness.Fault() is { } fault
        ? TypedResults.Problem(detail: fault, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready.")
        : TypedResults.Text("ready");
}
