using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Standin.Hosting;
using Orleans.Standin.Serialization;
using Orleans.Standin.Timers;

namespace Orleans.Standin.Enumeration;

/// <summary>
/// The running enumerations of one activation (AsyncEnumerableGrainExtension.cs): one that nobody asks for a whole
/// cleanup period is ended. Used in turns of the activation only.
/// </summary>
internal sealed class EnumeratorTable(Activation activation, SiloRuntime runtime) : IAsyncDisposable
{
    private readonly Dictionary<Guid, Entry> entries = [];
    private GrainTimer? cleanup;

    public ValueTask<object?> BeginAsync<T>(Guid id, IAsyncEnumerator<T> enumerator, int batchSize, CancellationTokenSource cancellation)
    {
        TimeSpan period = runtime.Messaging.ResponseTimeout;
        cleanup ??= new GrainTimer(activation, _ => RemoveIdleAsync(), new GrainTimerCreationOptions(period, period) { Interleave = true });
        entries.Add(id, new Entry(enumerator, batchSize, cancellation));
        return NextAsync<T>(id);
    }

    public async ValueTask<object?> NextAsync<T>(Guid id)
    {
        if (!entries.TryGetValue(id, out Entry? entry))
        {
            return new EnumerationStep<T>(EnumerationStatus.Unknown, []);
        }

        entry.IsSeen = true;
        entry.IsBusy = true;
        try
        {
            EnumerationStep<T> step = await TakeAsync<T>(entry);
            if (step.Status == EnumerationStatus.Completed)
            {
                await ForgetAsync(id);
            }

            return step;
        }
        catch
        {
            await ForgetAsync(id);
            throw;
        }
        finally
        {
            entry.IsBusy = false;
        }
    }

    public async ValueTask ForgetAsync(Guid id)
    {
        if (entries.Remove(id, out Entry? entry))
        {
            await EndAsync(entry);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Guid id in entries.Keys.ToArray())
        {
            await ForgetAsync(id);
        }
    }

    // Elements that are there at once travel together; the first one that is not is waited for, half a response time long.
    private async Task<EnumerationStep<T>> TakeAsync<T>(Entry entry)
    {
        var enumerator = (IAsyncEnumerator<T>)entry.Enumerator;
        var items = new List<T>();
        var copies = new CopyContext();
        while (items.Count < entry.BatchSize)
        {
            Task<bool> next = entry.Next ??= enumerator.MoveNextAsync().AsTask();
            if (!next.IsCompleted)
            {
                if (items.Count > 0)
                {
                    break;
                }

                await ((Task)next).WaitAsync(runtime.Messaging.ResponseTimeout / 2, runtime.Time)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                if (!next.IsCompleted)
                {
                    return new EnumerationStep<T>(EnumerationStatus.Pending, items);
                }
            }

            if (next.IsFaulted && items.Count > 0)
            {
                break;
            }

            entry.Next = null;
            if (!await next)
            {
                return new EnumerationStep<T>(EnumerationStatus.Completed, items);
            }

            items.Add(copies.Copy(enumerator.Current));
        }

        return new EnumerationStep<T>(EnumerationStatus.Elements, items);
    }

    private async Task RemoveIdleAsync()
    {
        foreach ((Guid id, Entry entry) in entries.ToArray())
        {
            if (!entry.IsSeen && !entry.IsBusy)
            {
                await ForgetAsync(id);
            }

            entry.IsSeen = false;
        }
    }

    private async Task EndAsync(Entry entry)
    {
        entry.Cancellation.Cancel();
        if (entry.Next is { } next)
        {
            await ((Task)next).WaitAsync(runtime.Messaging.ResponseTimeout, runtime.Time)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        // An enumerator that is still inside MoveNextAsync must not be disposed.
        if (entry.Next is null or { IsCompleted: true })
        {
            await entry.Enumerator.DisposeAsync();
        }
    }

    private sealed class Entry(IAsyncDisposable enumerator, int batchSize, CancellationTokenSource cancellation)
    {
        public IAsyncDisposable Enumerator => enumerator;

        public int BatchSize => batchSize;

        public CancellationTokenSource Cancellation => cancellation;

        public Task<bool>? Next { get; set; }

        public bool IsSeen { get; set; }

        public bool IsBusy { get; set; }
    }
}
