// The contracts of lifecycles together in one file: they are read together.
namespace Orleans;

/// <summary>Stages that one can take part in.</summary>
public interface ILifecycleObservable
{
    /// <summary>Takes part in a stage; disposing the result ends that.</summary>
    IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
}

/// <summary>A part of a lifecycle.</summary>
public interface ILifecycleObserver
{
    /// <summary>Runs at the start, lower stages first.</summary>
    Task OnStart(CancellationToken cancellationToken = default);

    /// <summary>Runs at the end, higher stages first, when the part's stage was started.</summary>
    Task OnStop(CancellationToken cancellationToken = default);
}

/// <summary>A service that takes part in a lifecycle; for the silo's it is registered in the host's services.</summary>
public interface ILifecycleParticipant<TLifecycleObservable>
    where TLifecycleObservable : ILifecycleObservable
{
    /// <summary>Subscribes.</summary>
    void Participate(TLifecycleObservable lifecycle);
}
