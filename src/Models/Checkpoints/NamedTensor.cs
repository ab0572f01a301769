using System.Runtime.InteropServices;

namespace SeqCluster.Models.Checkpoints;

/// <summary>A tensor as a file and a hash see it: a name, a type, a shape, and little-endian elements in row order. Holds no copy.</summary>
public sealed class NamedTensor
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly ReadOnlyMemory<float> floats;

    /// <summary>A tensor of any type.</summary>
    /// <exception cref="ArgumentException">The bytes do not fill the shape.</exception>
    public NamedTensor(string name, ElementType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
        : this(name, type, shape)
    {
        this.bytes = bytes;
        CheckSize(bytes.Length);
    }

    /// <summary>A tensor inside a flat buffer of floats.</summary>
    /// <exception cref="ArgumentException">The floats do not fill the shape.</exception>
    public NamedTensor(string name, IReadOnlyList<long> shape, ReadOnlyMemory<float> floats)
        : this(name, ElementType.Float32, shape)
    {
        this.floats = floats;
        CheckSize(floats.Length * (long)sizeof(float));
    }

    private NamedTensor(string name, ElementType type, IReadOnlyList<long> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Type, Shape) = (name, type, shape);
    }

    /// <summary>Its name, for example <c>blocks.0.attention.query.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Type of its elements.</summary>
    public ElementType Type { get; }

    /// <summary>Its sizes; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Its content.</summary>
    public ReadOnlySpan<byte> Bytes => floats.IsEmpty ? bytes.Span : MemoryMarshal.AsBytes(floats.Span);

    private void CheckSize(long sizeBytes)
    {
        var wanted = Shape.Aggregate(1L, (product, size) => checked(product * size)) * Type.SizeBytes();
        if (wanted != sizeBytes)
        {
            throw new ArgumentException($"{Name}: {sizeBytes} bytes do not fill [{string.Join(", ", Shape)}] of {Type.Code()}, {wanted} bytes");
        }
    }
}
