using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Transfers;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>The paths by which checkpoints come from workers that share no disk with the silo, and go to workers and clients.</summary>
internal static class CheckpointEndpoints
{
    private const string OfWorkers = "/v1/worker/checkpoints/{job}/{attempt:int}/{step:int}";
    private const string OfClients = "/v1/jobs/{job}/checkpoints/{step:int}";
    private const string OfUploads = "/v1/checkpoints/{seal}/{file}";
    private const string AnyFile = "application/octet-stream";

    public static void MapCheckpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(OfWorkers + "/{file}", Receive).Accepts<byte[]>(AnyFile).Produces(StatusCodes.Status200OK)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .WithSummary("Takes a piece of a checkpoint's file from a worker.")
            .WithDescription("With its Content-Range, and the whole file's ?sha256=. The job's present attempt only.");
        routes.MapPost(OfWorkers + ":commit", Commit).Accepts<IReadOnlyList<FileContent>>("application/json").Produces(StatusCodes.Status200OK)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WithSummary("Makes an uploaded checkpoint permanent, when every file is there with its hash.");
        routes.MapGet(OfWorkers, static (string job, int attempt, int step, CheckpointShelf shelf) => List(new CheckpointName(job, attempt, step), shelf))
            .Produces<IReadOnlyList<FileContent>>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Lists a checkpoint's files for a worker.");
        routes.MapGet(OfWorkers + "/{file}", static (string job, int attempt, int step, string file, CheckpointShelf shelf) => Send(new CheckpointName(job, attempt, step), file, shelf))
            .Produces<byte[]>(StatusCodes.Status200OK, AnyFile).Produces(StatusCodes.Status206PartialContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Sends a checkpoint's file to a worker, whole or by Range.");
        routes.MapPut(OfUploads, ReceiveStart).Accepts<byte[]>(AnyFile).Produces(StatusCodes.Status200OK)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status507InsufficientStorage)
            .WithSummary("Takes a piece of a file of a checkpoint that a job shall begin with.")
            .WithDescription("With its Content-Range, and the whole file's ?sha256=. The folder is the manifest's own sha256, which the submission names as startSha256.");
        routes.MapGet(OfClients, static async (string job, int step, IGrainFactory grains, CheckpointShelf shelf) => List(await Find(job, step, grains), shelf))
            .Produces<IReadOnlyList<FileContent>>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Lists a checkpoint's files.");
        routes.MapGet(OfClients + "/{file}", static async (string job, int step, string file, IGrainFactory grains, CheckpointShelf shelf) => Send(await Find(job, step, grains), file, shelf))
            .Produces<byte[]>(StatusCodes.Status200OK, AnyFile).Produces(StatusCodes.Status206PartialContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Sends a checkpoint's file, whole or by Range.");
    }

    private static async Task<IResult> ReceiveStart(string seal, string file, string? sha256, HttpContext context, StartUploads uploads, CheckpointShelf shelf, FileReceiver receiver)
    {
        if (!FileContent.IsSha256(seal) || !FileContent.IsPlainName(file) || !FileContent.IsSha256(sha256))
        {
            return ApiProblem.Fault("path", "must be the seal of a manifest and a plain file name with ?sha256=, both hashes 64 lower-case hexadecimal digits");
        }

        var (piece, fault) = await UploadPiece.Read(context);
        if (piece is null)
        {
            return fault!;
        }

        if (NoRoomFor(file, piece, shelf) is { } full)
        {
            return full;
        }

        return uploads.PlaceOf(seal, file) is { } place
            ? await receiver.Take(context, place, new FileContent(file, piece.TotalBytes, sha256!), piece) ?? TypedResults.Ok()
            : ApiProblem.Refused($"a checkpoint has at most {ApiLimits.CheckpointFiles} files");
    }

    private static IResult? NoRoomFor(string file, UploadPiece piece, CheckpointShelf shelf) =>
        piece.TotalBytes > ApiLimits.CheckpointFileBytes || (piece.From == 0 && !shelf.HasRoom(piece.TotalBytes))
            ? FileReceiver.NoRoom($"{file} has {piece.TotalBytes} bytes: more than the silo's disk has, or than a file of a checkpoint may have")
            : null;

    private static IResult List(CheckpointName? checkpoint, CheckpointShelf shelf)
    {
        try
        {
            return checkpoint is { IsSound: true } && shelf.Files(checkpoint.Reference) is { } files ? TypedResults.Ok(files) : NoSuchCheckpoint();
        }
        catch (InvalidDataException fault)
        {
            return ApiProblem.Refused(fault.Message);
        }
    }

    private static IResult Send(CheckpointName? checkpoint, string file, CheckpointShelf shelf)
    {
        var path = checkpoint is { IsSound: true } && FileContent.IsPlainName(file) ? Path.Combine(shelf.PathOf(checkpoint.Reference), file) : "";
        return File.Exists(path) ? TypedResults.PhysicalFile(path, AnyFile, enableRangeProcessing: true) : NoSuchCheckpoint();
    }

    private static async Task<IResult> Receive(
        string job, int attempt, int step, string file, string? sha256, HttpContext context, IGrainFactory grains, CheckpointShelf shelf, FileReceiver receiver)
    {
        if (!FileContent.IsPlainName(file) || !FileContent.IsSha256(sha256))
        {
            return ApiProblem.Fault("path", "must end in a plain file name with ?sha256= and 64 lower-case hexadecimal digits");
        }

        var (piece, fault) = await UploadPiece.Read(context);
        if (piece is null)
        {
            return fault!;
        }

        var checkpoint = new CheckpointName(job, attempt, step);
        if (await Refusal(checkpoint, grains) is { } refusal)
        {
            return refusal;
        }

        if (NoRoomFor(file, piece, shelf) is { } full)
        {
            return full;
        }

        return await receiver.Take(context, shelf.PlaceOf(checkpoint, file), new FileContent(file, piece.TotalBytes, sha256!), piece) ?? TypedResults.Ok();
    }

    private static async Task<IResult> Commit(string job, int attempt, int step, HttpContext context, IGrainFactory grains, CheckpointShelf shelf)
    {
        List<FileContent?>? files;
        try
        {
            files = await JsonSerializer.DeserializeAsync<List<FileContent?>>(context.Request.Body, ApiJson.Options, context.RequestAborted);
        }
        catch (JsonException fault)
        {
            return ApiProblem.Fault("body", $"must be a list of files with name, bytes and sha256: {fault.Message}");
        }

        if (files is null || files.Contains(null))
        {
            return ApiProblem.Fault("body", "must be a list of files with name, bytes and sha256");
        }

        var checkpoint = new CheckpointName(job, attempt, step);
        return await Refusal(checkpoint, grains)
            ?? (shelf.Commit(checkpoint, files!) is { } incomplete ? ApiProblem.Refused(incomplete) : TypedResults.Ok());
    }

    // A worker that was cut off may come late: what it has is of an attempt that is over.
    private static async Task<IResult?> Refusal(CheckpointName checkpoint, IGrainFactory grains)
    {
        var status = checkpoint.IsWorkers ? await grains.GetGrain<IJobGrain>(checkpoint.JobId).GetStatus() : null;
        return status is null ? NoSuchCheckpoint()
            : status.Attempt != checkpoint.Attempt || status.State is JobState.Completed or JobState.Failed or JobState.Cancelled
                ? ApiProblem.Refused($"{checkpoint.Reference}: attempt {checkpoint.Attempt} of the job is over")
                : null;
    }

    // Of several attempts that came so far, the newest.
    private static async Task<CheckpointName?> Find(string job, int step, IGrainFactory grains)
    {
        var checkpoints = JobEndpoints.IsJobId(job) ? await grains.GetGrain<IReductionCoordinatorGrain>(job).GetCheckpoints() : [];
        var found = checkpoints.LastOrDefault(one => one.Step == step && !one.IsDamaged);
        return found is null ? null : Parse(job, found);
    }

    private static CheckpointName? Parse(string job, JobCheckpoint checkpoint) =>
        checkpoint.Reference.Split('/') is [_, var attempt, _] && int.TryParse(attempt.AsSpan(attempt.IndexOf('-', StringComparison.Ordinal) + 1), out var number)
            ? new CheckpointName(job, number, checkpoint.Step)
            : null;

    private static ProblemHttpResult NoSuchCheckpoint() => TypedResults.Problem(
        detail: "there is no such checkpoint: GET /v1/jobs/ID/checkpoints lists a job's", statusCode: StatusCodes.Status404NotFound, title: "No such checkpoint.");
}
