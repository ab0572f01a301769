using System.Runtime.CompilerServices;

namespace MessagePack.Formatters;

/// <summary>An enum is its number, whether it has a name or not.</summary>
internal sealed class EnumFormatter<T> : Formatter<T>
    where T : struct, Enum
{
    private static readonly TypeCode Underlying = Type.GetTypeCode(typeof(T));

    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        switch (Underlying)
        {
            case TypeCode.SByte: writer.Write(Unsafe.As<T, sbyte>(ref value)); break;
            case TypeCode.Byte: writer.Write(Unsafe.As<T, byte>(ref value)); break;
            case TypeCode.Int16: writer.Write(Unsafe.As<T, short>(ref value)); break;
            case TypeCode.UInt16: writer.Write(Unsafe.As<T, ushort>(ref value)); break;
            case TypeCode.Int32: writer.Write(Unsafe.As<T, int>(ref value)); break;
            case TypeCode.UInt32: writer.Write(Unsafe.As<T, uint>(ref value)); break;
            case TypeCode.Int64: writer.Write(Unsafe.As<T, long>(ref value)); break;
            default: writer.Write(Unsafe.As<T, ulong>(ref value)); break;
        }
    }

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => Underlying switch
    {
        TypeCode.SByte => As(reader.ReadSByte()),
        TypeCode.Byte => As(reader.ReadByte()),
        TypeCode.Int16 => As(reader.ReadInt16()),
        TypeCode.UInt16 => As(reader.ReadUInt16()),
        TypeCode.Int32 => As(reader.ReadInt32()),
        TypeCode.UInt32 => As(reader.ReadUInt32()),
        TypeCode.Int64 => As(reader.ReadInt64()),
        _ => As(reader.ReadUInt64()),
    };

    private static T As<TNumber>(TNumber number)
        where TNumber : struct => Unsafe.As<TNumber, T>(ref number);
}

/// <summary>A nil for no value.</summary>
internal sealed class NullableFormatter<T> : Formatter<T?>
    where T : struct
{
    public override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options)
    {
        if (value is { } present)
            FormatterOf<T>.Get().Serialize(ref writer, present, options);
        else
            writer.WriteNil();
    }

    public override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        reader.TryReadNil() ? null : FormatterOf<T>.Get().Deserialize(ref reader, options);
}
