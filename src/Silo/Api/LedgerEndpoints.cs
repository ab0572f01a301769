using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Api;

/// <summary>The paths by which a job's ledger is read: its generations, and every report of a step that is stored. Judges nothing.</summary>
internal static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/jobs/{id}/generations", Generations).Produces<IReadOnlyList<GenerationRecord>>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The generations of a job's attempts, in their order, with their members by rank.")
            .WithDescription("A report of step s counts when it is of the last generation that began before s (startStep < s); others are superseded.");
        routes.MapGet("/v1/jobs/{id}/steps", Steps).Produces<IReadOnlyList<LedgerStep>>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("What each replica consumed in each step, by step, attempt and generation.")
            .WithDescription("Reports of at most 'limit' steps after the step 'after'; superseded ones are among them. A digest is the first 8 bytes of SHA-256 over sample numbers and contents as the model was fed them, read as a little-endian number.");
    }

    private static async Task<IResult> Generations(string id, IGrainFactory grains, JobStreams streams) => await IsThere(id, streams)
        ? TypedResults.Ok(await grains.GetGrain<IReductionCoordinatorGrain>(id).GetLineage())
        : ApiProblem.NoSuchJob(id);

    private static async Task<IResult> Steps(string id, int? after, int? limit, IMetricsStore store, JobStreams streams) =>
        after < 0 ? ApiProblem.Fault("after", "must not be negative")
        : limit is < 1 or > ApiLimits.MaximumEntries ? ApiProblem.Fault("limit", $"must be 1 to {ApiLimits.MaximumEntries}")
        : !await IsThere(id, streams) ? ApiProblem.NoSuchJob(id)
        : TypedResults.Ok(await store.ReadSteps(id, after ?? 0, limit ?? ApiLimits.DefaultEntries));

    private static async Task<bool> IsThere(string id, JobStreams streams) => JobEndpoints.IsJobId(id) && await streams.State(id) is not null;
}
