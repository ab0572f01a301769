namespace Orleans;

/// <summary>A state with its version, as stores see it.</summary>
public interface IGrainState<T>
{
    /// <summary>The state.</summary>
    T? State { get; set; }

    /// <summary>The version that was read or written last; null when there is no record.</summary>
    string? ETag { get; set; }

    /// <summary>Whether the store has a record.</summary>
    bool RecordExists { get; set; }
}
