using System.Net;
using System.Net.WebSockets;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Worker.Control;

/// <summary>One connection to the silo: frames out, frames in. Knows no meaning of theirs beyond Hello and Welcome.</summary>
internal sealed class SiloSession : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[WireProtocol.MaximumFrameBytes];

    /// <summary>Connects and says hello. The silo's answer is the first frame to receive.</summary>
    /// <exception cref="NotLetInException">The silo does not take the token.</exception>
    public async Task OpenAsync(SiloAccess silo, HelloFrame hello, CancellationToken cancellation)
    {
        var address = new UriBuilder(new Uri(silo.Url, WireProtocol.Path)) { Scheme = silo.Url.Scheme == "https" ? "wss" : "ws" };
        silo.Configure(socket.Options);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(address.Uri, cancellation);
        }
        catch (WebSocketException fault) when (socket.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new NotLetInException(ReasonOf(socket.HttpResponseHeaders), fault);
        }

        await SendAsync(hello, cancellation);
    }

    /// <summary>Sends a frame. One call at a time.</summary>
    public async Task SendAsync(WorkerFrame frame, CancellationToken cancellation) =>
        await socket.SendAsync(WireCodec.Encode(frame), WebSocketMessageType.Binary, endOfMessage: true, cancellation);

    /// <summary>The next frame; null when the silo closed the connection.</summary>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    public async Task<SiloFrame?> ReceiveAsync(CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                var decoded = WireCodec.DecodeSiloFrame(buffer.AsMemory(0, length).ToArray());
                return decoded.Frame ?? throw new InvalidDataException($"from the silo came {decoded.Fault}");
            }

            if (length == buffer.Length)
            {
                throw new InvalidDataException($"from the silo came a frame above {buffer.Length} bytes");
            }
        }
    }

    public void Dispose() => socket.Dispose();

    // RFC 6750: Bearer error="invalid_token", error_description="…". Nothing else of a refused upgrade can be seen.
    private static string ReasonOf(IReadOnlyDictionary<string, IEnumerable<string>>? headers)
    {
        const string Description = "error_description=\"";
        var said = headers is not null && headers.TryGetValue("WWW-Authenticate", out var values) ? string.Join(", ", values) : "";
        var at = said.IndexOf(Description, StringComparison.Ordinal);
        return at < 0 ? "it does not take this worker's token" : said[(at + Description.Length)..].TrimEnd('"');
    }
}
