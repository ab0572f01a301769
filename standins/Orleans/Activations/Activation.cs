using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Standin.Calls;
using Orleans.Standin.Enumeration;
using Orleans.Standin.Hosting;
using Orleans.Standin.Lifecycle;
using Orleans.Standin.Timers;

namespace Orleans.Standin.Activations;

/// <summary>
/// One living grain object: its queue of calls, its turn-taking, its way from construction to deactivation. All grain
/// code runs on <see cref="Scheduler"/>; the fields below the lock are guarded by it.
/// </summary>
internal sealed partial class Activation : IGrainContext
{
    private readonly object gate = new();
    private readonly SiloRuntime runtime;
    private readonly ILogger logger;
    private readonly TaskCompletionSource deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource activating = new();
    private readonly LinkedList<Call> waiting = new();
    private readonly HashSet<Call> running = [];
    private readonly HashSet<GrainTimer> timers = [];
    private readonly ReentrantSections reentrant = new();
    private ActivationState state = ActivationState.Activating;
    private ActivationState stateBeforeDeactivation;
    private DeactivationReason reason;
    private Call? blocking;
    private bool isPumpPosted;
    private bool isDeactivationDue;
    private long lastUse;
    private DateTimeOffset keepAliveUntil;
    private AsyncServiceScopeHolder? scope;

    public Activation(SiloRuntime runtime, GrainId grainId, GrainClass grainClass, Call first)
    {
        this.runtime = runtime;
        GrainId = grainId;
        Class = grainClass;
        logger = runtime.LoggerFor(grainClass.Type);
        Scheduler = new ActivationScheduler(this);
        Enumerators = new EnumeratorTable(this, runtime);
        ObservableLifecycle = new StageLifecycle(logger);
        lastUse = Environment.TickCount64;
        waiting.AddLast(first);
        isPumpPosted = true;
        Scheduler.Post(() => _ = ActivateAsync());
    }

    public GrainId GrainId { get; }

    public GrainClass Class { get; }

    public ActivationScheduler Scheduler { get; }

    public EnumeratorTable Enumerators { get; }

    public StageLifecycle ObservableLifecycle { get; }

    public object? GrainInstance { get; private set; }

    public Task Deactivated => deactivated.Task;

    public GrainReference GrainReference => (GrainReference)GrainReference.Create(runtime, GrainId, typeof(IAddressable));

    public IServiceProvider ActivationServices => (scope ?? throw new InvalidOperationException("The activation has no services yet.")).Services;

    internal SiloRuntime Runtime => runtime;

    /// <summary>Takes a call in; false when the activation is gone and the next one has to be asked.</summary>
    public bool TryReceive(Call call)
    {
        lock (gate)
        {
            if (state == ActivationState.Invalid)
            {
                return call.IsLocal;
            }

            waiting.AddLast(call);
            PostPump();
            return true;
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (state is ActivationState.Deactivating or ActivationState.Invalid)
            {
                return;
            }

            reason = deactivationReason;
            stateBeforeDeactivation = state;
            state = ActivationState.Deactivating;
            isDeactivationDue = true;
            PostPump();
        }

        activating.Cancel();
    }

    public void DelayDeactivation(TimeSpan period)
    {
        lock (gate)
        {
            keepAliveUntil = period == TimeSpan.MaxValue || period == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue
                : period <= TimeSpan.Zero ? DateTimeOffset.MinValue
                : runtime.Time.GetUtcNow() + period;
        }
    }

    /// <summary>Whether nothing has used the activation for <paramref name="age"/>.</summary>
    public bool IsStale(TimeSpan age)
    {
        lock (gate)
        {
            return state == ActivationState.Valid
                && running.Count == 0
                && waiting.Count == 0
                && keepAliveUntil <= runtime.Time.GetUtcNow()
                && Environment.TickCount64 - lastUse >= age.TotalMilliseconds;
        }
    }

    public void Add(GrainTimer timer)
    {
        lock (gate)
        {
            timers.Add(timer);
        }
    }

    public void Remove(GrainTimer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
        }
    }

    public void EnterReentrantSection(Guid chain)
    {
        lock (gate)
        {
            reentrant.Enter(chain);
            PostPump();
        }
    }

    public void LeaveReentrantSection(Guid chain)
    {
        lock (gate)
        {
            reentrant.Leave(chain);
        }
    }

    private void PostPump()
    {
        if (!isPumpPosted)
        {
            isPumpPosted = true;
            Scheduler.Post(Pump);
        }
    }

    /// <summary>Starts every call that may begin now, and the deactivation when it is due and nothing runs.</summary>
    private void Pump()
    {
        lock (gate)
        {
            isPumpPosted = false;
        }

        while (true)
        {
            Call? call;
            lock (gate)
            {
                if (isDeactivationDue && running.Count == 0)
                {
                    isDeactivationDue = false;
                    _ = FinishDeactivationAsync();
                    return;
                }

                call = TakeNext();
            }

            if (call is null)
            {
                return;
            }

            Run(call);
        }
    }

    private Call? TakeNext()
    {
        for (LinkedListNode<Call>? node = waiting.First; node is not null;)
        {
            LinkedListNode<Call>? next = node.Next;
            Call call = node.Value;
            if (call.IsAbandoned)
            {
                waiting.Remove(node);
            }
            else if ((state == ActivationState.Valid || (call.IsLocal && state == ActivationState.Deactivating)) && MayBegin(call))
            {
                waiting.Remove(node);
                running.Add(call);
                if (blocking is null && !call.IsAlwaysInterleave)
                {
                    blocking = call;
                }

                return call;
            }

            node = next;
        }

        return null;
    }

    private bool MayBegin(Call call) =>
        running.Count == 0
        || call.IsAlwaysInterleave
        || Class.IsReentrant
        || blocking is null
        || (blocking.IsReadOnly && call.IsReadOnly)
        || (call.ReentrancyId is { } chain && reentrant.Contains(chain));

    private void Run(Call call)
    {
        Task task = runtime.Invoker.InvokeAsync(call, GrainInstance!, this);
        if (task.IsCompleted)
        {
            Complete(call);
        }
        else
        {
            _ = CompleteLaterAsync(task, call);
        }
    }

    private async Task CompleteLaterAsync(Task task, Call call)
    {
        await task;
        Complete(call);
    }

    private void Complete(Call call)
    {
        lock (gate)
        {
            running.Remove(call);
            if (call.IsKeepAlive)
            {
                lastUse = Environment.TickCount64;
            }

            if (ReferenceEquals(blocking, call))
            {
                blocking = null;
            }

            if (waiting.Count > 0 || isDeactivationDue)
            {
                PostPump();
            }
        }
    }
}
