using Microsoft.AspNetCore.Diagnostics;
using SeqCluster.Contracts.Storage;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Api;

/// <summary>Turns what was thrown into a problem that tells a client what it may know: no stack, and no path but the store's, where a person must act.</summary>
internal sealed partial class ApiExceptionHandler(SqliteStore store, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            StoreUnavailableException unavailable => (StatusOf(unavailable), unavailable.Message),
            IOException full when DiskErrors.IsFull(full) => (StatusCodes.Status507InsufficientStorage, $"the silo's disk is full ({full.Message}): make room there, and try again"),
            IOException readOnly when DiskErrors.IsReadOnly(readOnly) => (StatusCodes.Status503ServiceUnavailable, $"the silo's disk is read-only ({readOnly.Message}): let it be written, and try again"),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => (499, "the client went away"),

            // Kestrel's word for a chunk whose size no number holds.
            IOException { InnerException: OverflowException } => (StatusCodes.Status400BadRequest, "the body's chunked encoding is wrong"),
            TimeoutException when store.StallText is { } stall => (StatusCodes.Status503ServiceUnavailable, stall),
            TimeoutException => (StatusCodes.Status503ServiceUnavailable, "the silo did not answer in time: try again"),
            _ => (StatusCodes.Status500InternalServerError, "the silo failed; its log says why"),
        };
        if (status == StatusCodes.Status500InternalServerError)
        {
            LogFailed(logger, httpContext.Request.Method, httpContext.Request.Path, exception);
        }

        await TypedResults.Problem(detail: detail, statusCode: status).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>507 where room is all that it needs, else 503.</summary>
    public static int StatusOf(StoreUnavailableException unavailable) =>
        unavailable.IsFull ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable;

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception fault);
}
