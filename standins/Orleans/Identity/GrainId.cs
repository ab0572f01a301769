using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The identity of a grain: its type and its key, written <c>type/key</c>.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainId : IEquatable<GrainId>
{
    [Id(0)]
    private readonly GrainType type;

    [Id(1)]
    private readonly IdSpan key;

    private GrainId(GrainType type, IdSpan key)
    {
        this.type = type;
        this.key = key;
    }

    /// <summary>The grain's type.</summary>
    public GrainType Type => type;

    /// <summary>The grain's key.</summary>
    public IdSpan Key => key;

    /// <summary>Whether this identifies no grain.</summary>
    public bool IsDefault => type.IsDefault && key.IsDefault;

    /// <summary>The identity of <paramref name="key"/> among the grains of <paramref name="type"/>.</summary>
    /// <exception cref="ArgumentException">The key is null or white space.</exception>
    public static GrainId Create(string type, string key) => Create(GrainType.Create(type), key);

    /// <inheritdoc cref="Create(string, string)"/>
    public static GrainId Create(GrainType type, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return new GrainId(type, IdSpan.Create(key));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="ArgumentException">There is no slash in the text.</exception>
    public static GrainId Parse(string value) =>
        TryParse(value, out GrainId result) ? result : throw new ArgumentException($"Unable to parse \"{value}\" as a grain id");

    /// <summary>Reads what <see cref="ToString"/> wrote; false when there is no slash in the text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, out GrainId result)
    {
        int slash = value is null ? -1 : value.IndexOf('/', StringComparison.Ordinal);
        result = slash < 0 ? default : new GrainId(GrainType.Create(value![..slash]), IdSpan.Create(value[(slash + 1)..]));
        return slash >= 0;
    }

    /// <summary>A hash that is the same in every process: reminder tables are read by ranges of it.</summary>
    public uint GetUniformHashCode()
    {
        // FNV-1a. The original uses another function, so a table must not keep hashes from one substrate for the other.
        uint hash = 2166136261;
        foreach (char letter in ToString())
        {
            hash = (hash ^ letter) * 16777619;
        }

        return hash;
    }

    /// <inheritdoc/>
    public bool Equals(GrainId other) => key.Equals(other.key) && type.Equals(other.type);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(type, key);

    /// <summary>Whether both are the same grain.</summary>
    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    /// <summary>Whether the two are different grains.</summary>
    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);

    /// <summary><c>type/key</c>.</summary>
    public override string ToString() => $"{type}/{key}";
}
