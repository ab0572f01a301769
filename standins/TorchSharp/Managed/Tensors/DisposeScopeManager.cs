namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? threadSingleton;

    private readonly ThreadDisposeScopeStatistics statistics = new();

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new DisposeScopeManager();

    /// <summary>What this thread made and disposed so far.</summary>
    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.statistics;

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    internal void Register(torch.Tensor tensor)
    {
        statistics.ThreadTotalLiveCount++;
        CurrentDisposeScope?.Add(tensor);
    }

    internal void CountDisposal() => statistics.ThreadTotalLiveCount--;

    /// <summary>Scopes may be disposed out of order: an inner one then hangs on the next outer one.</summary>
    internal void Remove(DisposeScope scope)
    {
        if (ReferenceEquals(CurrentDisposeScope, scope))
        {
            CurrentDisposeScope = scope.OuterScope;
            return;
        }
        for (var inner = CurrentDisposeScope; inner is not null; inner = inner.OuterScope)
            if (ReferenceEquals(inner.OuterScope, scope))
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
    }
}

/// <summary>Counts of tensors on one thread, since its start.</summary>
public class ThreadDisposeScopeStatistics
{
    /// <summary>Tensors that this thread made, less those that it disposed.</summary>
    public long ThreadTotalLiveCount { get; internal set; }
}

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Evaluates in a scope of its own and keeps nothing but the result.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(expr());
    }
}
