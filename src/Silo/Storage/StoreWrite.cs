namespace SeqCluster.Silo.Storage;

/// <summary>One write on its way through the queue.</summary>
internal abstract class StoreWrite
{
    /// <summary>Runs inside a savepoint of its own; what it throws undoes this write alone.</summary>
    public abstract void Run(StoreSession session);

    /// <summary>Tells the caller, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was stored.</summary>
    public abstract void Fail(Exception fault);
}

/// <inheritdoc cref="StoreWrite"/>
internal sealed class StoreWrite<T>(Func<StoreSession, T> work) : StoreWrite
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Completion => completion.Task;

    public override void Run(StoreSession session) => result = work(session);

    public override void Complete() => completion.TrySetResult(result!);

    public override void Fail(Exception fault) => completion.TrySetException(fault);
}
