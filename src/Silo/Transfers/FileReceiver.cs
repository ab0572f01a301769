using System.Globalization;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Storage;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Transfers;

/// <summary>
/// Puts files together from the pieces that requests bring. A file takes its name when its last piece is there, its hash is
/// right and it is on the disk; until then it grows beside it. Several senders of one file help each other.
/// </summary>
internal sealed class FileReceiver : IDisposable
{
    private const string PartialSuffix = ".part";
    private const int Locks = 64;

    // Striped: one for each file would have to be forgotten again.
    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, Locks).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Takes a piece.</summary>
    /// <param name="context">The request, for its answer's header.</param>
    /// <param name="target">Where the file goes; its folder exists. Checked by the caller.</param>
    /// <param name="expected">What it must be.</param>
    /// <param name="piece">The piece.</param>
    /// <returns>The answer; null when the file is whole.</returns>
    public async Task<IResult?> Take(HttpContext context, string target, FileContent expected, UploadPiece piece)
    {
        if (piece.TotalBytes != expected.Bytes)
        {
            return ApiProblem.Fault("Content-Range", $"{expected.Name} has {expected.Bytes} bytes, not {piece.TotalBytes}");
        }

        var gate = gates[(uint)target.GetHashCode(StringComparison.Ordinal) % Locks];
        await gate.WaitAsync(context.RequestAborted);
        try
        {
            return await TakeAlone(context, target, expected, piece);
        }
        catch (IOException fault) when (DiskErrors.IsFull(fault))
        {
            return NoRoom($"{expected.Name}: the silo's disk is full");
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>507.</summary>
    public static IResult NoRoom(string reason) =>
        TypedResults.Problem(detail: reason, statusCode: StatusCodes.Status507InsufficientStorage, title: "No room.");

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(gates, static gate => gate.Dispose());

    private static async Task<IResult?> TakeAlone(HttpContext context, string target, FileContent expected, UploadPiece piece)
    {
        if (File.Exists(target))
        {
            Tell(context, expected.Bytes);
            return null;
        }

        var partial = target + PartialSuffix;
        await using (var file = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            if (piece.From is { } from && from != file.Length)
            {
                Tell(context, file.Length);
                return ApiProblem.Refused($"{expected.Name}: {file.Length} bytes are there: go on with them, not with {from}");
            }

            if (file.Length + piece.Body.Length > expected.Bytes)
            {
                return ApiProblem.Fault("Content-Range", $"{expected.Name} ends at {expected.Bytes}");
            }

            file.Position = file.Length;
            await file.WriteAsync(piece.Body, context.RequestAborted);
            Tell(context, file.Length);
            if (file.Length < expected.Bytes)
            {
                return TypedResults.Ok();
            }

            file.Flush(flushToDisk: true);
        }

        return Finish(context, partial, target, expected);
    }

    private static IResult? Finish(HttpContext context, string partial, string target, FileContent expected)
    {
        if (expected.IsAt(partial, out var fault))
        {
            File.Move(partial, target, overwrite: true);
            return null;
        }

        File.Delete(partial);
        Tell(context, 0);
        return TypedResults.Problem(
            detail: $"{expected.Name}: {fault}: thrown away, send it again", statusCode: StatusCodes.Status422UnprocessableEntity, title: "Damaged.");
    }

    private static void Tell(HttpContext context, long offset) =>
        context.Response.Headers[FileUpload.OffsetHeader] = offset.ToString(CultureInfo.InvariantCulture);
}
