using Microsoft.AspNetCore.Diagnostics;

namespace SeqCluster.Silo.Api;

/// <summary>Turns what was thrown into a problem that tells a client what it may know: no stack, no paths.</summary>
internal sealed partial class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => (499, "the client went away"),
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

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception fault);
}
