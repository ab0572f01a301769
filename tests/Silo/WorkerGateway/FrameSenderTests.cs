using System.Net.WebSockets;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Tests.WorkerGateway;

public sealed class FrameSenderTests
{
    private static readonly StepReportsAckFrame Frame = new() { Sequence = 1 };

    [Fact]
    public void Queue_ThatIsFull_GivesTheWorkerUp()
    {
        var reasons = new List<string>();
        using var socket = Stuck();
        var sender = new FrameSender(socket, new GatewayOptions { SendQueueBound = 2 }, TimeProvider.System, reasons.Add);
        sender.Send(Frame);
        sender.Send(Frame);
        Assert.Empty(reasons);
        sender.Send(Frame);
        Assert.Contains("too slow: 2 frames wait", Assert.Single(reasons));
    }

    [Fact]
    public async Task Frame_ThatDoesNotLeaveInTime_GivesTheWorkerUp()
    {
        var reason = new TaskCompletionSource<string>();
        using var socket = Stuck();
        var sender = new FrameSender(
            socket, new GatewayOptions { SendBound = TimeSpan.FromMilliseconds(50) }, TimeProvider.System, text => reason.TrySetResult(text));
        sender.Send(Frame);
        await sender.Run(CancellationToken.None);
        Assert.Contains("did not leave within", await reason.Task);
    }

    private static WebSocket Stuck() => WebSocket.CreateFromStream(new StuckStream(), new WebSocketCreationOptions { IsServer = true });
}
