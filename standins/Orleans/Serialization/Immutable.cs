namespace Orleans.Concurrency;

/// <summary>A value that travels without a copy, whatever its type says.</summary>
[GenerateSerializer, Immutable]
public readonly struct Immutable<T>(T value)
{
    /// <summary>The value.</summary>
    [Id(0)]
    public readonly T Value = value;
}
