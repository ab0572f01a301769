namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>Time that stands still until a test moves it.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly object gate = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = Samples.Noon;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, and fires what falls due on the way, in order.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset end = GetUtcNow() + by;
        while (TakeDue(end) is { } due)
        {
            due.Fire();
        }
    }

    private Timer? TakeDue(DateTimeOffset end)
    {
        lock (gate)
        {
            Timer? due = timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            now = due is null ? end : due.DueAt > now ? due.DueAt.Value : now;
            due?.Rearm(now);
            return due;
        }
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                this.period = period;
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
                time.timers.Remove(this);
                if (DueAt is not null)
                {
                    time.timers.Add(this);
                }

                return true;
            }
        }

        public void Rearm(DateTimeOffset now)
        {
            DueAt = period > TimeSpan.Zero ? now + period : null;
            if (DueAt is null)
            {
                time.timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
