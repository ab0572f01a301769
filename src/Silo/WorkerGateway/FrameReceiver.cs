using System.Net.WebSockets;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>The receiving half: puts messages together up to the size limit, decodes them, and times the silence between them.</summary>
internal sealed class FrameReceiver(WebSocket socket, TimeProvider time)
{
    private const int FirstBufferBytes = 16 * 1024;
    private byte[] buffer = new byte[FirstBufferBytes];
    private Task<int>? pending;

    /// <summary>The next frame.</summary>
    /// <exception cref="GatewayClosedException">There is none: closed, silent, too large or no frame at all.</exception>
    /// <exception cref="OperationCanceledException">Stopped from here.</exception>
    public async Task<WorkerFrame> Next(TimeSpan silenceBound, CancellationToken stop)
    {
        try
        {
            // The receive itself is never cancelled: that would abort the socket, and with it the last words to the worker.
            pending = Message();
            var length = await pending.WaitAsync(silenceBound, time, stop);
            var decoded = WireCodec.DecodeWorkerFrame(buffer.AsMemory(0, length));
            var fault = decoded.Frame is null ? decoded.Fault : FrameChecks.FaultOf(decoded.Frame);
            return fault is null ? decoded.Frame! : throw GatewayClosedException.Refuse(fault);
        }
        catch (TimeoutException)
        {
            throw new GatewayClosedException($"silent for {silenceBound.TotalSeconds:0.#} s", CloseKind.Silent);
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or ObjectDisposedException)
        {
            throw new GatewayClosedException("its connection broke", CloseKind.Broken);
        }
    }

    /// <summary>
    /// Swallows what still comes until the other end closes: a socket that is closed with unread bytes is reset, and the reset
    /// can overtake the last words.
    /// </summary>
    public async Task Drain(CancellationToken bound)
    {
        if (pending is not null)
        {
            await ((Task)pending.WaitAsync(bound)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        while (!bound.IsCancellationRequested && socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            await socket.ReceiveAsync(buffer.AsMemory(), bound);
        }
    }

    private async Task<int> Message()
    {
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, WireProtocol.MaximumFrameBytes + 1));
            }

            var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new GatewayClosedException("its connection was closed", CloseKind.Broken);
            }

            if (part.MessageType != WebSocketMessageType.Binary)
            {
                throw GatewayClosedException.Refuse("a text message: frames are binary");
            }

            if (length > WireProtocol.MaximumFrameBytes)
            {
                throw GatewayClosedException.Refuse($"a frame of more than {WireProtocol.MaximumFrameBytes} bytes");
            }

            if (part.EndOfMessage)
            {
                return length;
            }
        }
    }
}
