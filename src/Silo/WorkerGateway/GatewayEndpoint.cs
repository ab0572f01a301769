using SeqCluster.Silo.Security;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>The HTTP end of the gateway.</summary>
internal static class GatewayEndpoint
{
    /// <summary>Upgrades the request and serves the socket; anything but a WebSocket is a 426.</summary>
    public static async Task Serve(HttpContext context, Gateway gateway)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        var caller = new GatewayCaller(
            context.Connection.RemoteIpAddress?.ToString() ?? "", context.Features.Get<CallerToken>()?.Revoked ?? CancellationToken.None);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.Zero });
        await gateway.Serve(socket, caller);
    }
}
