using Microsoft.Data.Sqlite;
using SeqCluster.Contracts.Storage;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// Whether the store takes writes, as its writer last found. Decides nothing: whoever waits for the store, or tells people of it,
/// looks here. Safe for concurrent callers.
/// </summary>
public sealed class StoreCondition(string path, TimeProvider time)
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StoreFault? fault;
    private TimeSpan slowest;
    private long? writingSince;

    /// <summary>The store's file.</summary>
    public string Path => path;

    /// <summary>Why it takes no writes; null when it does.</summary>
    public StoreFault? Fault
    {
        get
        {
            lock (gate)
            {
                return fault;
            }
        }
    }

    /// <summary>Completes at the next change. Take it before looking: then none is missed.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
            {
                return changed.Task;
            }
        }
    }

    /// <summary>For how long the write that is under way has not come back; zero without one.</summary>
    public TimeSpan Waiting
    {
        get
        {
            lock (gate)
            {
                return writingSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Completes when the store takes writes.</summary>
    public async Task Writable(CancellationToken stop)
    {
        while (true)
        {
            var change = Changed;
            if (Fault is null)
            {
                return;
            }

            await change.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Does the work, and again as long as the store refuses it. Only for what may be repeated.</summary>
    public async Task<T> Persist<T>(Func<Task<T>> work, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                // Another silo's store, or one that is back already: not at once.
                await (Fault is null ? Task.Delay(RetryPeriod, time, stop) : Writable(stop)).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc cref="Persist{T}"/>
    public Task Persist(Func<Task> work, CancellationToken stop) => Persist(
        async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        },
        stop);

    /// <summary>The longest time that a write has taken since the last call.</summary>
    public TimeSpan TakeSlowest()
    {
        lock (gate)
        {
            var taken = slowest;
            slowest = TimeSpan.Zero;
            return taken;
        }
    }

    /// <summary>The writer goes to the disk.</summary>
    internal void Begins()
    {
        lock (gate)
        {
            writingSince = time.GetTimestamp();
        }
    }

    /// <summary>The disk has answered.</summary>
    /// <param name="slow">From when on somebody shall hear of the time that it took.</param>
    internal void Ends(TimeSpan slow)
    {
        lock (gate)
        {
            var taken = time.GetElapsedTime(writingSince!.Value);
            writingSince = null;
            if (taken >= slow)
            {
                slowest = taken > slowest ? taken : slowest;
                Raise();
            }
        }
    }

    /// <summary>A write was refused.</summary>
    /// <returns>The fault, which began with the first refusal.</returns>
    internal StoreFault Fail(SqliteException refusal) =>
        Fail(StoreFault.KindOf(refusal, path) ?? StoreFaultKind.Failing, refusal.Message.TrimEnd('.'));

    /// <inheritdoc cref="Fail(SqliteException)"/>
    internal StoreFault Fail(StoreFaultKind kind, string detail)
    {
        lock (gate)
        {
            if (fault is not { Kind: StoreFaultKind.Gone })
            {
                var before = fault;
                fault = new StoreFault(kind, path, detail, before?.Since ?? time.GetUtcNow());
                if (before?.Kind != kind)
                {
                    Raise();
                }
            }

            return fault;
        }
    }

    /// <summary>Writes are taken again.</summary>
    internal void Restore()
    {
        lock (gate)
        {
            if (fault is not (null or { Kind: StoreFaultKind.Gone }))
            {
                fault = null;
                Raise();
            }
        }
    }

    private void Raise()
    {
        var before = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
    }
}
