using System.Net.WebSockets;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Worker.Control;

/// <summary>One connection to the silo: frames out, frames in. Knows no meaning of theirs beyond Hello and Welcome.</summary>
internal sealed class SiloSession : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[WireProtocol.MaximumFrameBytes];

    /// <summary>Connects and says hello. The silo's answer is the first frame to receive.</summary>
    public async Task OpenAsync(Uri silo, HelloFrame hello, CancellationToken cancellation)
    {
        var address = new UriBuilder(new Uri(silo, WireProtocol.Path)) { Scheme = silo.Scheme == "https" ? "wss" : "ws" };
        await socket.ConnectAsync(address.Uri, cancellation);
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
}
