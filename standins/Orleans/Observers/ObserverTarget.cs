using Orleans.Runtime;
using Orleans.Standin.Calls;
using Orleans.Standin.Hosting;

namespace Orleans.Standin.Observers;

/// <summary>An object outside grains that has a reference: held weakly, called one call at a time.</summary>
internal sealed class ObserverTarget(SiloRuntime runtime, GrainId grainId, IGrainObserver target) : IGrainContext
{
    private readonly WeakReference<IGrainObserver> target = new(target);
    private readonly Queue<Call> waiting = new();
    private bool isRunning;

    public GrainId GrainId => grainId;

    public GrainReference GrainReference => (GrainReference)GrainReference.Create(runtime, grainId, typeof(IGrainObserver));

    public object? GrainInstance => target.TryGetTarget(out IGrainObserver? alive) ? alive : null;

    public IServiceProvider ActivationServices => throw new NotSupportedException("An observer has no services of its own.");

    public Task Deactivated => Task.CompletedTask;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        // An observer is no activation: an exception of its own does not end it.
    }

    public void Receive(Call call)
    {
        lock (waiting)
        {
            waiting.Enqueue(call);
            if (isRunning)
            {
                return;
            }

            isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.RunAsync(), this, preferLocal: false);
    }

    private async Task RunAsync()
    {
        while (TryTake(out Call call))
        {
            // A dead object answers nobody: the caller's call times out, as in InvokableObjectManager.cs.
            if (GrainInstance is { } alive)
            {
                await runtime.Invoker.InvokeAsync(call, alive, this);
            }
            else
            {
                runtime.Forget(grainId);
            }
        }
    }

    private bool TryTake(out Call call)
    {
        lock (waiting)
        {
            isRunning = waiting.TryDequeue(out call!);
            return isRunning;
        }
    }
}
