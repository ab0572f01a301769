using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What a <see cref="Value"/> holds; the numbers are those of Native/abi.h.</summary>
internal enum Tag
{
    Default = 0, None = 1, Tensor = 2, Int = 3, Double = 4, Bool = 5, Device = 6, Generator = 7, String = 8,
    IntList = 9, DoubleList = 10, TensorList = 11,
}

/// <summary>One argument as the native side reads it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArg
{
    public Tag Tag;
    public int Count;
    public long Bits;
}

/// <summary>
/// One argument of an operator. It keeps the managed owner, so that no finalizer frees a tensor that a kernel reads.
/// </summary>
internal readonly struct Value
{
    internal readonly object? Owner;
    internal readonly long Bits;
    internal readonly Tag Tag;

    private Value(Tag tag, long bits, object? owner = null)
    {
        Tag = tag;
        Bits = bits;
        Owner = owner;
    }

    internal static Value Default => default;
    internal static Value None => new(Tag.None, 0);

    public static implicit operator Value(torch.Tensor? tensor) => tensor is null ? None : new(Tag.Tensor, tensor.Handle, tensor);
    public static implicit operator Value(int value) => new(Tag.Int, value);
    public static implicit operator Value(long value) => new(Tag.Int, value);
    public static implicit operator Value(long? value) => value is { } number ? number : None;
    public static implicit operator Value(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Value(double? value) => value is { } number ? number : None;
    public static implicit operator Value(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Value(torch.ScalarType type) => new(Tag.Int, (long)type);
    public static implicit operator Value(torch.ScalarType? type) => type is { } known ? known : None;
    public static implicit operator Value(Scalar? scalar) => scalar is null ? None : new(scalar.Tag, scalar.Bits);
    public static implicit operator Value(torch.Device? device) =>
        device is null ? None : new(Tag.Device, ((long)device.type << 32) | (uint)device.index);
    public static implicit operator Value(torch.Generator? generator) => generator is null ? None : new(Tag.Generator, generator.Handle, generator);
    public static implicit operator Value(string? text) => text is null ? None : new(Tag.String, 0, text);
    public static implicit operator Value(long[]? values) => values is null ? None : new(Tag.IntList, 0, values);
    public static implicit operator Value(double[]? values) => values is null ? None : new(Tag.DoubleList, 0, values);
    public static implicit operator Value(torch.Tensor?[]? tensors) => tensors is null ? None : new(Tag.TensorList, 0, tensors);
}
