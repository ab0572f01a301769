namespace Orleans.Core;

/// <summary>The record behind a grain's state.</summary>
public interface IStorage
{
    /// <summary>The version that was read or written last; null when there is no record.</summary>
    string? Etag { get; }

    /// <summary>Whether the store has a record.</summary>
    bool RecordExists { get; }

    /// <summary>Deletes the record and starts with a new state object.</summary>
    Task ClearStateAsync();

    /// <summary>Writes the state.</summary>
    /// <exception cref="Storage.InconsistentStateException">Someone else has written; let it escape, and the grain starts anew.</exception>
    Task WriteStateAsync();

    /// <summary>Reads the state again.</summary>
    Task ReadStateAsync();
}

/// <summary>The record behind a grain's state, with the state.</summary>
public interface IStorage<TState> : IStorage
{
    /// <summary>The state; read before <c>OnActivateAsync</c>.</summary>
    TState State { get; set; }
}
