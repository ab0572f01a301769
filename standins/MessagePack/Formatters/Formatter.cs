namespace MessagePack.Formatters;

/// <summary>How values of one type are written and read. One instance serves the whole process and keeps no state.</summary>
internal abstract class Formatter<T>
{
    public abstract void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options);

    public abstract T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options);
}

/// <summary>Writes a value.</summary>
internal delegate void Write<in T>(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options);

/// <summary>Reads a value.</summary>
internal delegate T Read<out T>(ref MessagePackReader reader, MessagePackSerializerOptions options);

/// <summary>A formatter made of two delegates: the built-in types' are lambdas, the objects' are compiled.</summary>
internal sealed class DelegateFormatter<T>(Write<T> write, Read<T> read) : Formatter<T>
{
    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
        write(ref writer, value, options);

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        read(ref reader, options);
}
