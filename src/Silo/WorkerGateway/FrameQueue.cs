using System.Threading.Channels;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// Handles the frames of one worker in their order, beside their arrival: a frame that the store cannot take is handled again until it
/// can, and what came after it waits, but heartbeats can be answered meanwhile. So a worker trains on while the store's disk is full.
/// </summary>
internal sealed class FrameQueue(Func<WorkerFrame, Task> handle, StoreCondition store)
{
    /// <summary>
    /// Frames that wait. Minutes of reports: when they are full, nothing is read from the worker, which then trains on and parks as if
    /// there were no silo.
    /// </summary>
    private const int WaitingBound = 1_024;

    private readonly Channel<WorkerFrame> waiting = Channel.CreateBounded<WorkerFrame>(
        new BoundedChannelOptions(WaitingBound) { SingleReader = true, SingleWriter = true });

    private int inHand;

    /// <summary>Whether every frame that was added is handled.</summary>
    public bool IsIdle => Volatile.Read(ref inHand) == 0;

    /// <summary>Adds a frame; waits for a place.</summary>
    public async ValueTask Add(WorkerFrame frame, CancellationToken stop)
    {
        Interlocked.Increment(ref inHand);
        await waiting.Writer.WriteAsync(frame, stop);
    }

    /// <summary>No more frames; <see cref="Run"/> ends when those that are there are handled.</summary>
    public void Complete() => waiting.Writer.TryComplete();

    /// <summary>Handles until <see cref="Complete"/> or <paramref name="stop"/>.</summary>
    /// <exception cref="Exception">Whatever else the handler throws.</exception>
    public async Task Run(CancellationToken stop)
    {
        await foreach (var frame in waiting.Reader.ReadAllAsync(stop))
        {
            await store.Persist(() => handle(frame), stop);
            Interlocked.Decrement(ref inHand);
        }
    }
}
