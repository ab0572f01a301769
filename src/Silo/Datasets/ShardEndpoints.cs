using Microsoft.AspNetCore.Http.HttpResults;
using SeqCluster.Contracts.Shards;
using SeqCluster.Silo.Api;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Datasets;

/// <summary>Where the shards of a dataset are: asked by clients, told by workers.</summary>
internal static class ShardEndpoints
{
    private const int DetailLength = 500;

    public static void MapShards(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/datasets/{dataset}/shards", Show).Produces<DatasetShards>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Shows the shards of a dataset that a job has named: who holds a verified copy, and which copies were found damaged.");
        routes.MapPost("/v1/worker/datasets/{dataset}/copies", Report).Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WithSummary("Takes a worker's word on its copies of a dataset's shards: those that it has verified, those that were damaged.");
    }

    private static async Task<IResult> Show(string dataset, IGrainFactory grains) =>
        FileContent.IsSha256(dataset) && await grains.GetGrain<IDatasetGrain>(dataset).GetShards() is { } shards
            ? TypedResults.Ok(shards)
            : Unknown(dataset);

    private static async Task<IResult> Report(string dataset, CopyReport report, IGrainFactory grains)
    {
        if (report is not { Place.Length: > 0 and <= CopyReport.PlaceLength, Verified: not null, Damaged: not null }
            || report.Verified.Any(static shard => !FileContent.IsSha256(shard))
            || report.Damaged.Any(static copy => copy is not { Detail: not null } || !FileContent.IsSha256(copy.Sha256)))
        {
            return ApiProblem.Fault("body", $"place has 1 to {CopyReport.PlaceLength} characters, and shards are named by 64 lower-case hexadecimal digits");
        }

        if (!FileContent.IsSha256(dataset) || await grains.GetGrain<IDatasetGrain>(dataset).GetShards() is null)
        {
            return Unknown(dataset);
        }

        await grains.GetGrain<IDatasetGrain>(dataset).Report(report with
        {
            Damaged = [.. report.Damaged.Select(static copy => copy with { Detail = copy.Detail[..Math.Min(copy.Detail.Length, DetailLength)] })],
        });
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Unknown(string dataset) => TypedResults.Problem(
        detail: $"no job has named a dataset {dataset} here", statusCode: StatusCodes.Status404NotFound, title: "No such dataset.");
}
