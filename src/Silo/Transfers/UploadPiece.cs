using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.HttpResults;
using SeqCluster.Silo.Api;

namespace SeqCluster.Silo.Transfers;

/// <summary>A piece of a file in a request's body, or the question how much of the file is there.</summary>
/// <param name="From">Of its first byte; null for the question.</param>
/// <param name="TotalBytes">Of the whole file.</param>
/// <param name="Body">The piece.</param>
internal sealed record UploadPiece(long? From, long TotalBytes, ReadOnlyMemory<byte> Body)
{
    /// <summary>Reads a request.</summary>
    /// <returns>The piece, or what is wrong with the request.</returns>
    public static async Task<(UploadPiece? Piece, ProblemHttpResult? Fault)> Read(HttpContext context)
    {
        var said = context.Request.Headers.ContentRange.ToString();
        if (!ContentRangeHeaderValue.TryParse(said, out var range) || range is not { Unit: "bytes", Length: { } total })
        {
            return (null, ApiProblem.Fault("Content-Range", $"'{said}': must be like 'bytes 0-1048575/5000000', or 'bytes */5000000' to ask how much is there"));
        }

        // Kestrel ends a longer body: what is held in memory is bounded.
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length != (range.HasRange ? range.To - range.From + 1 : 0))
        {
            return (null, ApiProblem.Fault("Content-Range", $"'{said}': the body has {body.Length} bytes"));
        }

        return (new UploadPiece(range.From, total, body.GetBuffer().AsMemory(0, (int)body.Length)), null);
    }
}
