using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Silo.Api;

/// <summary>The paths about the cluster itself: its workers, and whether this silo lives and serves.</summary>
internal static class ClusterEndpoints
{
    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(5);

    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/workers", static async (IGrainFactory grains) =>
                TypedResults.Ok(await grains.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey).Workers()))
            .WithSummary("Every worker with the job that holds it.");
        routes.MapGet("/healthz", static () => TypedResults.Text("ok")).WithSummary("The process answers.");
        routes.MapGet("/readyz", Ready).WithSummary("Grains and store answer.").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Ready(IGrainFactory grains, IJobIndex index, TimeProvider time)
    {
        try
        {
            await Task.WhenAll(grains.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey).Workers(), index.List(1)).WaitAsync(ReadyBound, time);
            return TypedResults.Text("ready");
        }
        catch (Exception fault)
        {
            return TypedResults.Problem(detail: fault.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready.");
        }
    }
}
