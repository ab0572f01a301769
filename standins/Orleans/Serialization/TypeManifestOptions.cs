namespace Orleans.Serialization.Configuration;

/// <summary>Which contracts the silo checks when it starts.</summary>
public sealed class TypeManifestOptions
{
    /// <summary>Contracts to check beside those that were found in the application.</summary>
    public HashSet<Type> Interfaces { get; } = [];

    /// <summary>
    /// Whether the types in contracts are checked at start. Left out, the original checks in the Development environment
    /// only; the stand-in is stricter and checks always.
    /// </summary>
    public bool? EnableConfigurationAnalysis { get; set; }
}
