using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A store of grain states, registered by name with <c>AddGrainStorage</c>.</summary>
public interface IGrainStorage
{
    /// <summary>Sets state, ETag and whether a record exists; a missing record leaves a new state object.</summary>
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Writes when the ETag is the stored one, and sets the new one.</summary>
    /// <exception cref="InconsistentStateException">Someone else has written since the state was read.</exception>
    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    /// <summary>Deletes when the ETag is the stored one.</summary>
    /// <exception cref="InconsistentStateException">Someone else has written since the state was read.</exception>
    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
}
