using SeqCluster.Collectives;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// What the control side wants of a run, as the engine thread sees it: given from any thread, looked at between batches and,
/// by the group's abort, in every wait of the data plane.
/// </summary>
internal sealed class RunOrders : IDisposable
{
    private readonly CancellationTokenSource aborted = new();
    private readonly Lock gate = new();
    private CollectiveGroup? group;
    private volatile bool isAskedToYield;

    /// <summary>Why the run was aborted; empty while it was not.</summary>
    public string AbortReason { get; private set; } = "";

    /// <summary>Whether the run shall end.</summary>
    public bool IsAborted => aborted.IsCancellationRequested;

    /// <summary>Cancelled when the run shall end.</summary>
    public CancellationToken Aborted => aborted.Token;

    /// <summary>Whether this member shall stop, with all others, at a step boundary.</summary>
    public bool IsAskedToYield => isAskedToYield;

    /// <summary>Ends the run soon, whatever it waits for. The first reason stands.</summary>
    public void Abort(string reason)
    {
        lock (gate)
        {
            AbortReason = AbortReason.Length > 0 ? AbortReason : reason;
            aborted.Cancel();
            group?.Abort(AbortReason);
        }
    }

    /// <summary>Asks all members to stop, with a checkpoint, at the boundary of the step that they agree upon.</summary>
    public void Yield() => isAskedToYield = true;

    /// <summary>Ends this group's waits with the run.</summary>
    public void Watch(CollectiveGroup joined)
    {
        lock (gate)
        {
            group = joined;
            if (IsAborted)
            {
                joined.Abort(AbortReason);
            }
        }
    }

    /// <exception cref="OperationCanceledException">The run shall end.</exception>
    public void ThrowIfAborted() => aborted.Token.ThrowIfCancellationRequested();

    public void Dispose() => aborted.Dispose();
}
