using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>Grain states as JSON, kept by the test: outlives silos, checks ETags, and can be made to fail.</summary>
internal sealed class JsonGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string Json, int Version)> records = new();
    private readonly object gate = new();

    /// <summary>Writes to states of this name fail as long as it is set.</summary>
    public string? FailingState { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        bool exists = records.TryGetValue($"{stateName} {grainId}", out (string Json, int Version) record);
        grainState.RecordExists = exists;
        grainState.ETag = exists ? $"{record.Version}" : null;
        grainState.State = exists ? JsonSerializer.Deserialize<T>(record.Json)! : Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailingState == stateName)
        {
            throw new IOException($"the test lets the write of {stateName} fail");
        }

        lock (gate)
        {
            records.TryGetValue($"{stateName} {grainId}", out (string Json, int Version) record);
            string? stored = record.Json is null ? null : $"{record.Version}";
            if (stored != grainState.ETag)
            {
                throw new InconsistentStateException($"the state of {grainId} was changed", stored, grainState.ETag);
            }

            records[$"{stateName} {grainId}"] = (JsonSerializer.Serialize(grainState.State), record.Version + 1);
            grainState.ETag = $"{record.Version + 1}";
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    /// <summary>As if another activation had written the same state.</summary>
    public void Touch(string stateName, string key)
    {
        string record = records.Keys.Single(known => known.StartsWith(stateName + " ", StringComparison.Ordinal) && known.EndsWith("/" + key, StringComparison.Ordinal));
        records[record] = (records[record].Json, records[record].Version + 1);
    }
}
