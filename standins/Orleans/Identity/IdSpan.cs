namespace Orleans.Runtime;

/// <summary>The key part of a <see cref="GrainId"/>: a text without structure.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>
{
    private readonly string? text;

    private IdSpan(string text) => this.text = text;

    /// <summary>Whether this is the value of no key.</summary>
    public bool IsDefault => string.IsNullOrEmpty(text);

    /// <summary>A key of this text.</summary>
    public static IdSpan Create(string id) => new(id ?? throw new ArgumentNullException(nameof(id)));

    /// <inheritdoc/>
    public bool Equals(IdSpan obj) => string.Equals(text ?? "", obj.text ?? "", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (text ?? "").GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => text ?? "";
}
