using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;
using Orleans.Standin.Serialization;
using Orleans.Storage;

namespace Orleans.Standin.Storage;

/// <summary>Keeps states in the process, for development. It holds copies, never the grain's own objects.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (string? ETag, object? State)> records = new();
    private long version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (string? etag, object? state) = records.GetValueOrDefault((stateName, grainId));
        grainState.ETag = etag;
        grainState.RecordExists = etag is not null;
        grainState.State = etag is null ? Activator.CreateInstance<T>() : new CopyContext().Copy((T)state!);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string etag = Interlocked.Increment(ref version).ToString(CultureInfo.InvariantCulture);
        object? copy = new CopyContext().Copy(grainState.State, typeof(T));
        Replace(stateName, grainId, grainState.ETag, (etag, copy));
        grainState.ETag = etag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Replace(stateName, grainId, grainState.ETag, (null, null));
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    private void Replace(string stateName, GrainId grainId, string? known, (string? ETag, object? State) next)
    {
        lock (records)
        {
            string? stored = records.GetValueOrDefault((stateName, grainId)).ETag;
            if (stored != known)
            {
                throw new InconsistentStateException($"e-Tag mismatch in memory storage for {grainId}", stored, known);
            }

            records[(stateName, grainId)] = next;
        }
    }
}
