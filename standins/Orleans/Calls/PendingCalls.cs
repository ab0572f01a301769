using System.Collections.Concurrent;

namespace Orleans.Standin.Calls;

/// <summary>The calls whose callers wait; ends those that wait too long with a <see cref="TimeoutException"/>.</summary>
internal sealed class PendingCalls : IDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<Call, Action?> waiting = new();
    private readonly TimeProvider time;
    private readonly ITimer sweep;

    public PendingCalls(TimeProvider time)
    {
        this.time = time;
        using (ExecutionContext.SuppressFlow())
        {
            sweep = time.CreateTimer(static self => ((PendingCalls)self!).Sweep(), this, SweepPeriod, SweepPeriod);
        }
    }

    /// <summary>The clock's timestamp that is <paramref name="timeout"/> from now.</summary>
    public long DeadlineAfter(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);

    public void Add(Call call) => waiting.TryAdd(call, null);

    /// <summary>Runs <paramref name="action"/> when the call is done, at once when it already is.</summary>
    public void OnDone(Call call, Action action)
    {
        if (!waiting.TryUpdate(call, action, null))
        {
            action();
        }
    }

    public void Remove(Call call)
    {
        if (waiting.TryRemove(call, out Action? onDone))
        {
            onDone?.Invoke();
        }
    }

    /// <summary>Ends every call that still waits.</summary>
    public void Break(Func<Call, Exception> exception)
    {
        foreach (Call call in waiting.Keys)
        {
            call.Reply!.TrySetException(exception(call));
            Remove(call);
        }
    }

    public void Dispose() => sweep.Dispose();

    private void Sweep()
    {
        long now = time.GetTimestamp();
        foreach (Call call in waiting.Keys)
        {
            if (now >= call.Deadline)
            {
                call.Reply!.TrySetException(
                    new TimeoutException($"Response did not arrive on time in {call.Timeout} for message: {call}. "));
            }

            if (call.Reply!.IsDone)
            {
                Remove(call);
            }
        }
    }
}
