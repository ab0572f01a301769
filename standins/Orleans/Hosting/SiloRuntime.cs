using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Standin.Calls;
using Orleans.Standin.Observers;

namespace Orleans.Standin.Hosting;

/// <summary>The silo: who is active, and the way of every message.</summary>
internal sealed class SiloRuntime : IDisposable
{
    private const string ObserverType = "sys.client";
    private readonly ConcurrentDictionary<GrainId, Activation> activations = new();
    private readonly ConcurrentDictionary<GrainId, ObserverTarget> observers = new();
    private readonly ILoggerFactory loggers;
    private readonly Lazy<CallInvoker> invoker;
    private volatile bool isStopping;

    public SiloRuntime(
        IServiceProvider services,
        ApplicationParts parts,
        TimeProvider time,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        ILoggerFactory loggers)
    {
        Services = services;
        Parts = parts;
        Time = time;
        Messaging = messaging.Value;
        Collection = collection.Value;
        this.loggers = loggers;
        Pending = new PendingCalls(time);
        Outgoing = new OutgoingCalls(this, Messaging, Pending);
        invoker = new Lazy<CallInvoker>(() => new CallInvoker(
            this, [.. services.GetServices<IIncomingGrainCallFilter>()], loggers.CreateLogger<CallInvoker>()));
        ClientId = GrainId.Create(ObserverType, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
    }

    public IServiceProvider Services { get; }

    public ApplicationParts Parts { get; }

    public TimeProvider Time { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public PendingCalls Pending { get; }

    public OutgoingCalls Outgoing { get; }

    // Filters may ask for a grain factory, so they are made after this object.
    public CallInvoker Invoker => invoker.Value;

    /// <summary>Who calls when code outside grains does.</summary>
    public GrainId ClientId { get; }

    public IEnumerable<Activation> Activations => activations.Values;

    public ILogger LoggerFor(Type type) => loggers.CreateLogger(type);

    public void Send(Call call)
    {
        if (observers.TryGetValue(call.TargetId, out ObserverTarget? observer))
        {
            observer.Receive(call);
            return;
        }

        if (call.TargetId.Type.ToString() == ObserverType)
        {
            return;
        }

        while (true)
        {
            if (!activations.TryGetValue(call.TargetId, out Activation? activation))
            {
                if (isStopping)
                {
                    Refuse(call);
                    return;
                }

                if (TryActivate(call))
                {
                    return;
                }

                continue;
            }

            if (activation.TryReceive(call))
            {
                return;
            }

            Remove(activation);
        }
    }

    /// <summary>Cancels the token that a method got, in a turn of its grain.</summary>
    public void CancelAtTarget(GrainId target, CancellationTokenSource source)
    {
        if (activations.TryGetValue(target, out Activation? activation))
        {
            activation.Scheduler.Post(source.Cancel);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static cancelled => cancelled.Cancel(), source, preferLocal: false);
        }
    }

    public void Remove(Activation activation) =>
        activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    public GrainId Register(IGrainObserver target)
    {
        GrainId id = GrainId.Create(ObserverType, $"{ClientId.Key}+{Guid.NewGuid():N}");
        observers[id] = new ObserverTarget(this, id, target);
        return id;
    }

    public bool Forget(GrainId observer) => observers.TryRemove(observer, out _);

    /// <summary>Ends every activation and waits for it, or for the token.</summary>
    public async Task DeactivateAllAsync(CancellationToken cancellationToken)
    {
        isStopping = true;
        while (!activations.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            Activation[] all = [.. activations.Values];
            foreach (Activation activation in all)
            {
                activation.Deactivate(
                    new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating."), cancellationToken);
            }

            await Task.WhenAll(all.Select(a => a.Deactivated)).WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // One that failed before it was entered above has not removed itself.
            Array.ForEach(Array.FindAll(all, a => a.Deactivated.IsCompleted), Remove);
        }

        Pending.Break(StoppedException);
    }

    public void Dispose()
    {
        isStopping = true;
        Pending.Dispose();
    }

    /// <summary>Makes the activation that a call asks for; false when another caller was first.</summary>
    private bool TryActivate(Call call)
    {
        GrainClass grainClass = Parts.ClassOf(call.TargetId.Type);
        lock (activations)
        {
            // The constructor starts the activation, so exactly one may be made, and its first call is in it from the
            // start: one that fails at once must tell that caller.
            return !activations.ContainsKey(call.TargetId)
                && activations.TryAdd(call.TargetId, new Activation(this, call.TargetId, grainClass, call));
        }
    }

    private void Refuse(Call call)
    {
        call.Reply?.TrySetException(StoppedException(call));
        Pending.Remove(call);
    }

    private static Exception StoppedException(Call call) => new SiloUnavailableException(
        $"The local Orleans host is shutting down and can no longer process the request: {call}.");
}
