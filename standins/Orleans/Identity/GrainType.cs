namespace Orleans.Runtime;

/// <summary>The name of a grain class inside a cluster, such as <c>coordinator</c>.</summary>
public readonly struct GrainType : IEquatable<GrainType>
{
    private readonly string? name;

    private GrainType(string name) => this.name = name;

    /// <summary>Whether this names no class.</summary>
    public bool IsDefault => string.IsNullOrEmpty(name);

    /// <summary>A type of this name.</summary>
    public static GrainType Create(string value) => new(value ?? throw new ArgumentNullException(nameof(value)));

    /// <inheritdoc/>
    public bool Equals(GrainType obj) => string.Equals(name ?? "", obj.name ?? "", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (name ?? "").GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => name ?? "";
}
