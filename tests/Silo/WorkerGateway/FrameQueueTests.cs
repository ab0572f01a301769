using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Storage;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Tests.WorkerGateway;

public sealed class FrameQueueTests
{
    private const int Bound = 1_024;
    private readonly StoreCondition store = new("/s/seqcluster.db", TimeProvider.System);
    private readonly List<long> handled = [];

    [Fact]
    public async Task Frames_StoreIsAway_WaitInTheirOrderUpToTheBound()
    {
        var queue = new FrameQueue(Handle, store);
        var running = queue.Run(Deadline.Token());
        store.Fail(StoreFaultKind.Full, "no room");

        // One is in hand.
        for (var number = 1; number <= Bound + 1; number++)
        {
            await queue.Add(Frame(number), Deadline.Token());
        }

        var oneMore = queue.Add(Frame(Bound + 2), Deadline.Token());
        Assert.False(oneMore.IsCompleted);
        Assert.False(queue.IsIdle);
        Assert.Empty(handled);

        store.Restore();
        await oneMore;
        queue.Complete();
        await running;
        Assert.True(queue.IsIdle);
        Assert.Equal(Enumerable.Range(1, Bound + 2).Select(static number => (long)number), handled);
    }

    [Fact]
    public async Task Frame_ThatIsAFault_EndsTheQueue()
    {
        var queue = new FrameQueue(static _ => throw new InvalidDataException("no such frame"), store);
        await queue.Add(Frame(1), Deadline.Token());
        await Assert.ThrowsAsync<InvalidDataException>(() => queue.Run(Deadline.Token()));
    }

    private static HeartbeatFrame Frame(long number) => new() { AssignmentVersion = number, Report = null };

    private Task Handle(WorkerFrame frame)
    {
        if (store.Fault is { } fault)
        {
            throw fault.ToException();
        }

        handled.Add(((HeartbeatFrame)frame).AssignmentVersion);
        return Task.CompletedTask;
    }
}
