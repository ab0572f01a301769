namespace SeqCluster.Simulation.Tests.Kernel;

/// <summary>
/// Virtual time and the one queue of events. One thread runs everything; what happens next follows from the seed alone. Waiting is
/// ordinary <c>await</c>: each continuation comes back through the queue, under the life that it belongs to, so that a process that
/// was killed never goes on, and one that is stopped goes on late.
/// </summary>
internal sealed class Simulator
{
    /// <summary>Events of one schedule: more is a loop without time.</summary>
    private const int EventsLimit = 2_000_000;

    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(Life? Life, Action Act), (long Due, long Order)> queue = new();
    private long order;
    private long now;
    private Exception? failure;

    public Simulator(int seed, bool isTraced)
    {
        Random = new Random(seed);
        Time = new SimulatedTime(() => Epoch + Now);
        Trace = isTraced ? [] : null;
    }

    /// <summary>The one source of chance.</summary>
    public Random Random { get; }

    /// <summary>Virtual time, as the product's code reads it.</summary>
    public TimeProvider Time { get; }

    /// <summary>Since the schedule began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(now);

    /// <summary>How many events there were; two runs of one seed must agree.</summary>
    public long Events { get; private set; }

    /// <summary>What happened, for people; null when nobody wants to read it.</summary>
    public List<string>? Trace { get; }

    /// <summary>A time between two others, in milliseconds.</summary>
    public TimeSpan Between(double leastMs, double mostMs) => TimeSpan.FromMilliseconds(leastMs + (Random.NextDouble() * (mostMs - leastMs)));

    /// <summary>True so often.</summary>
    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Does something later, unless the life has ended by then.</summary>
    public void After(TimeSpan delay, Life? life, Action act) => queue.Enqueue((life, act), (now + Math.Max(0, delay.Ticks), order++));

    /// <summary>Ends the schedule with a failure; the first one stands.</summary>
    public void Fail(Exception fault) => failure ??= fault;

    public void Say(string who, Func<string> text) => Trace?.Add($"{Now.TotalSeconds,9:0.0000} {who,-12} {text()}");

    /// <summary>Runs until the condition holds.</summary>
    /// <returns>false when it does not within the time, or nothing can happen any more.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        try
        {
            while (!condition())
            {
                if (!queue.TryPeek(out _, out (long Due, long Order) next) || next.Due > limit.Ticks)
                {
                    return false;
                }

                RunNext(next.Due);
            }

            return true;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void RunNext(long due)
    {
        (Life? life, Action act) = queue.Dequeue();
        now = due;
        if (life is { IsDead: true })
        {
            return;
        }

        if (life is { IsStopped: true })
        {
            life.Defer(act);
            return;
        }

        if (++Events > EventsLimit)
        {
            throw new SimulationException($"{EventsLimit} events within {Now.TotalSeconds:0} s: something repeats itself without end");
        }

        SynchronizationContext.SetSynchronizationContext(life?.Context);
        act();
        if (failure is not null)
        {
            throw failure is SimulationException ? failure : new SimulationException(failure.ToString());
        }
    }
}
