using System.Collections.Concurrent;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// Tells readers in this process that something of a job was stored. Only a wake-up: the store is what counts, and a reader
/// that was not told looks again by itself.
/// </summary>
public sealed class StoreSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next write for the job. Take it before reading: then no write is missed.</summary>
    public Task Next(string jobId) =>
        waiting.GetOrAdd(jobId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Something was stored.</summary>
    public void Raise(string jobId)
    {
        if (waiting.TryRemove(jobId, out var readers))
        {
            readers.TrySetResult();
        }
    }
}
