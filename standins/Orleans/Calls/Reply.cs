namespace Orleans.Standin.Calls;

/// <summary>The caller's side of a call: the task that it awaits. The first outcome counts.</summary>
internal abstract class Reply
{
    /// <summary>What the proxy's method returns to the caller.</summary>
    public abstract object? Returned { get; }

    /// <summary>Whether the outcome is known.</summary>
    public abstract bool IsDone { get; }

    public abstract bool TrySetResult(object? value);

    public abstract bool TrySetException(Exception exception);
}

internal sealed class Reply<T>(Func<Task<T>, object?> wrap) : Reply
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override object? Returned => wrap(completion.Task);

    public override bool IsDone => completion.Task.IsCompleted;

    public override bool TrySetResult(object? value) => completion.TrySetResult(value is null ? default! : (T)value);

    public override bool TrySetException(Exception exception)
    {
        if (!completion.TrySetException(exception))
        {
            return false;
        }

        // A caller that dropped its task must not bring the process to TaskScheduler.UnobservedTaskException.
        _ = completion.Task.Exception;
        return true;
    }
}
