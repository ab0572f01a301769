using System.Net;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Telemetry;

namespace SeqCluster.Silo.Security;

/// <summary>
/// Stands before every path: lets in who has the right token, or, on a silo without tokens, who is a program of this machine
/// and not a page in its browser. A request by a token that is revoked meanwhile is cut off.
/// </summary>
internal sealed class AccessGate(TokenRegistry registry, RefusalLog refusals) : IMiddleware
{
    private static readonly PathString[] OpenPaths = ["/healthz", "/readyz"];
    private static readonly PathString[] WorkerPaths = [WireProtocol.Path, "/v1/worker"];

    /// <inheritdoc/>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (!registry.IsRequired)
        {
            await (FaultOfOrigin(context.Request) is { } fault ? Refuse(context, StatusCodes.Status403Forbidden, fault) : next(context));
            return;
        }

        if (Array.Exists(OpenPaths, open => path.Equals(open, StringComparison.OrdinalIgnoreCase)))
        {
            await next(context);
            return;
        }

        // Whatever is not a worker's path is a client's, also what does not exist: a stranger does not learn which.
        var isWorkers = Array.Exists(WorkerPaths, prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));
        var wanted = isWorkers ? TokenKind.Worker
            : path.Equals(MetricsEndpoint.Path, StringComparison.OrdinalIgnoreCase) ? TokenKind.Metrics
            : TokenKind.Client;
        var check = registry.Check(BearerOf(context.Request), wanted);
        if (check.Refusal.Length > 0)
        {
            await Refuse(context, check.IsKnown ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized, check.Refusal);
            return;
        }

        context.Features.Set(new CallerToken(check.TokenId, check.Revoked));

        // The gateway has last words for its workers; everybody else is cut off.
        using var cut = context.WebSockets.IsWebSocketRequest ? default : check.Revoked.Register(context.Abort);
        await next(context);
    }

    private static string? BearerOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    // Without tokens the address is all that protects: a page from elsewhere must not use the browser's place on this machine.
    private static string? FaultOfOrigin(HttpRequest request)
    {
        if (!IsThisMachine(request.Host.Host))
        {
            return $"Host {request.Host.Host}: a silo without tokens answers only to 127.0.0.1 and localhost";
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsThisMachine(page.Host))
            ? null
            : $"Origin {origin}: a silo without tokens serves no pages from elsewhere";
    }

    private static bool IsThisMachine(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private async Task Refuse(HttpContext context, int status, string reason)
    {
        refusals.Refused(context.Connection.RemoteIpAddress?.ToString() ?? "?", context.Request.Path, reason);

        // RFC 6750. A WebSocket's client sees headers only: this is how a worker learns why.
        var error = status == StatusCodes.Status401Unauthorized ? "invalid_token" : "insufficient_scope";
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\", error_description=\"{Printable(reason)}\"";
        await ApiProblem.NotLetIn(status, reason).ExecuteAsync(context);
    }

    private static string Printable(string reason) => string.Concat(reason.Where(static letter => letter is >= ' ' and <= '~' and not ('"' or '\\')));
}
