using Microsoft.AspNetCore.Http.HttpResults;
using SeqCluster.Contracts.Datasets;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Transfers;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Datasets;

/// <summary>
/// The paths by which datasets come to the silo and go to its workers. Every file is named by its SHA-256, the manifest by the
/// dataset's own: names tell nothing about places on the disk.
/// </summary>
internal static class DatasetEndpoints
{
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/datasets", static (DatasetLibrary library) => TypedResults.Ok(library.List()))
            .WithSummary("Lists the datasets that jobs can name, and those that are being uploaded.");
        routes.MapGet("/v1/datasets/{dataset}", Show).Produces<DatasetStatus>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Shows one dataset; while it is uploaded, what is missing.");
        routes.MapPut("/v1/datasets/{dataset}/{sha256}", Receive).Accepts<byte[]>("application/octet-stream").Produces(StatusCodes.Status200OK)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .WithSummary("Takes a piece of a dataset's file.")
            .WithDescription(
                "First the manifest, whose name is the dataset's, then the files that it names. Each piece, at most 1 MiB, has a Content-Range; "
                + "'bytes */TOTAL' with an empty body asks how much is there. The answer's Upload-Offset says where to go on.");
        routes.MapGet("/v1/datasets/{dataset}/{sha256}", Send).Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream")
            .Produces(StatusCodes.Status206PartialContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Sends a file of a dataset, whole or by Range; the manifest goes by the dataset's own name.");
        routes.MapGet("/v1/worker/datasets/{dataset}/{sha256}", Send).Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream")
            .Produces(StatusCodes.Status206PartialContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Sends a file of a dataset to a worker, whole or by Range.");
    }

    private static IResult Show(string dataset, DatasetLibrary library) =>
        library.Show(dataset) is { } status ? TypedResults.Ok(status) : NoSuchDataset(dataset);

    private static IResult Send(string dataset, string sha256, DatasetLibrary library) => library.FileOf(dataset, sha256) is { } path && File.Exists(path)
        ? TypedResults.PhysicalFile(path, "application/octet-stream", enableRangeProcessing: true)
        : NoSuchDataset($"{dataset}/{sha256}");

    private static async Task<IResult> Receive(string dataset, string sha256, HttpContext context, DatasetLibrary library, FileReceiver receiver)
    {
        if (!FileContent.IsSha256(dataset) || !FileContent.IsSha256(sha256))
        {
            return ApiProblem.Fault("path", "dataset and file are named by 64 lower-case hexadecimal digits");
        }

        var (piece, fault) = await UploadPiece.Read(context);
        if (piece is null)
        {
            return fault!;
        }

        try
        {
            if (library.FileOf(dataset, sha256) is not null)
            {
                context.Response.Headers[FileUpload.OffsetHeader] = piece.TotalBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
                return TypedResults.Ok();
            }

            if (library.PlaceOf(dataset, sha256, piece.TotalBytes, out var refusal) is not { } place)
            {
                return ApiProblem.Refused(refusal);
            }

            if (await receiver.Take(context, place.Target, place.Expected, piece) is { } answer)
            {
                return answer;
            }

            library.Arrived(dataset);
            return TypedResults.Ok();
        }
        catch (InvalidDataException bad)
        {
            return ApiProblem.Fault("manifest", bad.Message);
        }
    }

    private static ProblemHttpResult NoSuchDataset(string name) => TypedResults.Problem(
        detail: $"there is no dataset {name} here: GET /v1/datasets lists them", statusCode: StatusCodes.Status404NotFound, title: "No such dataset.");
}
