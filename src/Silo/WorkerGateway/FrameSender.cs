using System.Net.WebSockets;
using System.Threading.Channels;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// The sending half of a connection: a bounded queue and the one loop that writes to the socket. Nobody waits for a slow
/// worker: when its queue is full, or one frame does not leave in time, the connection is given up.
/// </summary>
internal sealed class FrameSender(WebSocket socket, GatewayOptions options, TimeProvider time, Action<string> giveUp)
{
    private readonly Channel<SiloFrame> queue = Channel.CreateBounded<SiloFrame>(
        new BoundedChannelOptions(options.SendQueueBound) { SingleReader = true });

    /// <summary>Queues a frame, or gives the connection up.</summary>
    public void Send(SiloFrame frame)
    {
        if (!queue.Writer.TryWrite(frame) && !queue.Reader.Completion.IsCompleted)
        {
            giveUp($"too slow: {options.SendQueueBound} frames wait to be sent to it");
        }
    }

    /// <summary>No more frames; <see cref="Run"/> ends when those that are queued have left.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/> or <paramref name="stop"/>. Never throws.</summary>
    public async Task Run(CancellationToken stop)
    {
        try
        {
            await foreach (var frame in queue.Reader.ReadAllAsync(stop))
            {
                await SendNow(frame, stop);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            queue.Writer.TryComplete();
            if (!stop.IsCancellationRequested)
            {
                giveUp(fault is OperationCanceledException ? $"too slow: a frame did not leave within {options.SendBound.TotalSeconds:0.#} s" : "its connection broke");
            }
        }
    }

    private async Task SendNow(SiloFrame frame, CancellationToken stop)
    {
        using var bound = new CancellationTokenSource(options.SendBound, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, stop);
        await socket.SendAsync(WireCodec.Encode(frame), WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, both.Token);
    }
}
