namespace Orleans.Runtime;

/// <summary>Marks the <see cref="IPersistentState{TState}"/> parameters of a grain's constructor.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    /// <summary>The name of the record beside others of the same grain.</summary>
    internal string StateName { get; } = stateName;

    /// <summary>The name of the store; null for the default one.</summary>
    internal string? StorageName { get; } = storageName;
}
