using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains;

namespace SeqCluster.Silo.Api;

/// <summary>The paths about the cluster itself: its workers, and whether this silo lives and serves.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/workers", static async (IGrainFactory grains) =>
                TypedResults.Ok(await grains.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey).Workers()))
            .WithSummary("Every worker with the job that holds it.");

    /// <summary>The paths that are open to everybody.</summary>
    public static void MapProbes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", static () => TypedResults.Text("ok")).WithSummary("The process answers.");
        routes.MapGet("/readyz", Ready).Produces<string>(StatusCodes.Status200OK, "text/plain").ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The store takes writes, grains answer, and the silo does not stop.");
    }

    private static async Task<IResult> Ready(Readiness readiness) => await readiness.Fault() is { } fault
        ? TypedResults.Problem(detail: fault, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready.")
        : TypedResults.Text("ready");
}
