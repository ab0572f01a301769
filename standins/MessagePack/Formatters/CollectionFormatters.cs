using System.Runtime.InteropServices;

namespace MessagePack.Formatters;

/// <summary>
/// What all sequences share: nil for null, an array of the elements otherwise. The array that is read is allocated only
/// after its length was found to fit the bytes that are left.
/// </summary>
internal abstract class SequenceFormatter<T, TSequence> : Formatter<TSequence?>
    where TSequence : IEnumerable<T>
{
    public override void Serialize(ref MessagePackWriter writer, TSequence? value, MessagePackSerializerOptions options)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case T[] array:
                Write(ref writer, array, options);
                break;
            case List<T> list:
                Write(ref writer, CollectionsMarshal.AsSpan(list), options);
                break;
            default:
                Write(ref writer, value.ToArray(), options);
                break;
        }
    }

    public override TSequence? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil())
            return default;
        T[] elements = new T[reader.ReadArrayHeader()];
        Formatter<T> formatter = FormatterOf<T>.Get();
        options.Security.DepthStep(ref reader);
        for (int i = 0; i < elements.Length; i++)
        {
            reader.Cancellation.ThrowIfCancellationRequested();
            elements[i] = formatter.Deserialize(ref reader, options);
        }

        reader.Depth--;
        return Complete(elements, options);
    }

    protected abstract TSequence Complete(T[] elements, MessagePackSerializerOptions options);

    private static void Write(ref MessagePackWriter writer, ReadOnlySpan<T> elements, MessagePackSerializerOptions options)
    {
        Formatter<T> formatter = FormatterOf<T>.Get();
        writer.WriteArrayHeader(elements.Length);
        foreach (T element in elements)
        {
            writer.Cancellation.ThrowIfCancellationRequested();
            formatter.Serialize(ref writer, element, options);
        }
    }
}

internal sealed class ArrayFormatter<T> : SequenceFormatter<T, T[]>
{
    protected override T[] Complete(T[] elements, MessagePackSerializerOptions options) => elements;
}

internal sealed class ListFormatter<T> : SequenceFormatter<T, List<T>>
{
    protected override List<T> Complete(T[] elements, MessagePackSerializerOptions options) => [.. elements];
}

internal sealed class HashSetFormatter<T> : SequenceFormatter<T, HashSet<T>>
{
    protected override HashSet<T> Complete(T[] elements, MessagePackSerializerOptions options) =>
        new(elements, options.Security.GetEqualityComparer<T>());
}

/// <summary>Interfaces that promise a list one can add to.</summary>
internal sealed class ListInterfaceFormatter<T, TInterface> : SequenceFormatter<T, TInterface>
    where TInterface : IEnumerable<T>
{
    protected override TInterface Complete(T[] elements, MessagePackSerializerOptions options) =>
        (TInterface)(object)new List<T>(elements);
}

/// <summary>Interfaces that promise reading only.</summary>
internal sealed class ArrayInterfaceFormatter<T, TInterface> : SequenceFormatter<T, TInterface>
    where TInterface : IEnumerable<T>
{
    protected override TInterface Complete(T[] elements, MessagePackSerializerOptions options) => (TInterface)(object)elements;
}

/// <summary>Interfaces that promise a set.</summary>
internal sealed class SetInterfaceFormatter<T, TInterface> : SequenceFormatter<T, TInterface>
    where TInterface : IEnumerable<T>
{
    protected override TInterface Complete(T[] elements, MessagePackSerializerOptions options) =>
        (TInterface)(object)new HashSet<T>(elements, options.Security.GetEqualityComparer<T>());
}
