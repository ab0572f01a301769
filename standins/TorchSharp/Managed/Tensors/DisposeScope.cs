namespace TorchSharp;

/// <summary>
/// Owns the tensors made on its thread while it is the innermost scope, and disposes them with itself.
/// Scopes do not flow across <c>await</c>.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? manager;
    private readonly List<torch.Tensor> tensors = [];

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public int DisposablesCount
    {
        get
        {
            ThrowIfDisposed();
            return tensors.Count;
        }
    }

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor && ReferenceEquals(tensor.OwningDisposeScope, this);

    internal T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    /// <summary>Hands a tensor of this scope to another; null detaches it. A tensor of some other scope stays where it is.</summary>
    internal T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        ThrowIfDisposed();
        if (scope is null)
            return Detach(disposable);
        if (Contains(disposable))
            scope.Take((torch.Tensor)(object)disposable);
        return disposable;
    }

    internal T Detach<T>(T disposable) where T : IDisposable
    {
        ThrowIfDisposed();
        if (Contains(disposable))
            Forget((torch.Tensor)(object)disposable);
        return disposable;
    }

    /// <summary>Disposes what this scope owns, except <paramref name="keep"/>, which it owns afterwards.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> keep)
    {
        ThrowIfDisposed();
        var kept = keep.OfType<torch.Tensor>().ToHashSet<torch.Tensor>(ReferenceEqualityComparer.Instance);
        // Backwards: what Forget moves into a free place has been looked at already.
        for (var i = tensors.Count - 1; i >= 0; i--)
            if (!kept.Contains(tensors[i]))
                tensors[i].Dispose();
        foreach (var tensor in kept)
            if (!Contains(tensor))
                Take(tensor);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public void Dispose()
    {
        if (manager is not { } owner)
            return;
        while (tensors.Count > 0)
            tensors[^1].Dispose();
        owner.Remove(this);
        manager = null;
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.ScopeSlot = tensors.Count;
        tensor.OwningDisposeScope = this;
        tensors.Add(tensor);
    }

    /// <summary>Takes the tensor off the list in constant time: the last one moves into its place.</summary>
    internal void Forget(torch.Tensor tensor)
    {
        var last = tensors[^1];
        tensors[tensor.ScopeSlot] = last;
        last.ScopeSlot = tensor.ScopeSlot;
        tensors.RemoveAt(tensors.Count - 1);
        tensor.OwningDisposeScope = null;
    }

    private void Take(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope?.Forget(tensor);
        Add(tensor);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(manager is null, this);
}
