using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number that an operator takes beside tensors. Integers stay integers: they do not promote an integer tensor.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Tag Tag;
    internal readonly long Bits;

    private Scalar(Tag tag, long bits)
    {
        Tag = tag;
        Bits = bits;
    }

    internal static Scalar From(long value) => new(Tag.Int, value);
    internal static Scalar From(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Scalar(byte value) => From((long)value);
    public static implicit operator Scalar(sbyte value) => From((long)value);
    public static implicit operator Scalar(short value) => From((long)value);
    public static implicit operator Scalar(int value) => From((long)value);
    public static implicit operator Scalar(long value) => From(value);
    public static implicit operator Scalar(float value) => From((double)value);
    public static implicit operator Scalar(double value) => From(value);
    public static implicit operator Scalar(bool value) => new(Tag.Bool, value ? 1 : 0);

    /// <summary>Nothing to free here; the original owns a native scalar.</summary>
    public void Dispose()
    {
    }

    internal double AsDouble => Tag == Tag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;
    internal long AsInt64 => Tag == Tag.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;
}

/// <summary>Conversions between <see cref="Scalar"/> and the numbers of .NET.</summary>
public static class ScalarExtensionMethods
{
    internal static float ToSingle(this Scalar value) => (float)value.AsDouble;
    internal static double ToDouble(this Scalar value) => value.AsDouble;
    public static int ToInt32(this Scalar value) => (int)value.AsInt64;
    internal static long ToInt64(this Scalar value) => value.AsInt64;
    internal static bool ToBoolean(this Scalar value) => value.AsInt64 != 0;
}
