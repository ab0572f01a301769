using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MessagePack;

/// <summary>The default equality with a keyed hash, for the types whose equality is known to the last bit.</summary>
internal sealed class KeyedComparer<T> : IEqualityComparer<T>
{
    /// <summary>The comparer; null when no keyed hash is known for the type.</summary>
    public static readonly KeyedComparer<T>? Instance = HashOf(typeof(T)) is { } hash ? new KeyedComparer<T>(hash) : null;

    private readonly Func<T, int> hash;

    private KeyedComparer(Func<T, int> hash) => this.hash = hash;

    public bool Equals(T? x, T? y) => EqualityComparer<T>.Default.Equals(x, y);

    public int GetHashCode(T value) => hash(value);

    private static Func<T, int>? HashOf(Type type)
    {
        if (type == typeof(string))
            return value => SipHash.Hash(MemoryMarshal.AsBytes(((string)(object)value!).AsSpan()));

        // Equal values of these have more than one representation.
        if (type == typeof(float))
            return value => HashNumber((float)(object)value!);
        if (type == typeof(double))
            return value => HashNumber((double)(object)value!);
        if (type == typeof(DateTime))
            return value => HashBits(((DateTime)(object)value!).Ticks);
        if (type == typeof(DateTimeOffset))
            return value => HashBits(((DateTimeOffset)(object)value!).UtcTicks);

        bool isInteger = type == typeof(bool) || type == typeof(char) || type == typeof(Guid)
            || (Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64);
        return isInteger ? HashBits : null;
    }

    private static int HashNumber(double value) => HashBits(value == 0 ? 0.0 : double.IsNaN(value) ? double.NaN : value);

    private static int HashBits<TValue>(TValue value) =>
        SipHash.Hash(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TValue, byte>(ref value), Unsafe.SizeOf<TValue>()));
}
