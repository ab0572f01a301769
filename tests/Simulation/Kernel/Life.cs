namespace SeqCluster.Simulation.Tests.Kernel;

/// <summary>
/// A process: what runs under it runs no more when it is killed, and late when it is stopped and goes on. Waits and timers belong to
/// one; an <c>await</c> inside it resumes inside it.
/// </summary>
internal sealed class Life
{
    private readonly Simulator simulator;
    private readonly Queue<Action> deferred = new();

    public Life(Simulator simulator, string name)
    {
        (this.simulator, Name) = (simulator, name);
        Context = new LifeContext(this);
    }

    public string Name { get; }

    public bool IsDead { get; private set; }

    public bool IsStopped { get; private set; }

    public SynchronizationContext Context { get; }

    public void Kill() => IsDead = true;

    /// <summary>SIGSTOP: the world goes on without it.</summary>
    public void Stop() => IsStopped = true;

    /// <summary>SIGCONT: all that came meanwhile, in its order.</summary>
    public void Continue()
    {
        IsStopped = false;
        while (deferred.TryDequeue(out Action? act))
        {
            Do(act);
        }
    }

    public void Defer(Action act) => deferred.Enqueue(act);

    /// <summary>Something of it happens now, after what happens already.</summary>
    public void Do(Action act) => simulator.After(TimeSpan.Zero, this, act);

    public void After(TimeSpan delay, Action act) => simulator.After(delay, this, act);

    public Task Delay(TimeSpan delay)
    {
        var due = new TaskCompletionSource();
        simulator.After(delay, this, due.SetResult);
        return due.Task;
    }

    /// <summary>Something that goes on by itself; a fault that it does not catch ends the schedule.</summary>
    public void Spawn(Func<Task> run) => Do(() => _ = Guard(run));

    private async Task Guard(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception fault)
        {
            simulator.Fail(fault);
        }
    }

    private sealed class LifeContext(Life life) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => life.Do(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("one thread runs everything");

        public override SynchronizationContext CreateCopy() => this;
    }
}
