using System.Reflection;

namespace MessagePack.Formatters;

/// <summary>Interfaces and abstract classes with <see cref="UnionAttribute"/>.</summary>
internal static class Union
{
    /// <summary>The formatter of a union; null for another type.</summary>
    public static object? Create(Type type)
    {
        UnionAttribute[] cases = [.. type.GetCustomAttributes<UnionAttribute>()];
        if (cases.Length == 0)
            return null;
        if (!type.IsAbstract)
            throw new MessagePackSerializationException($"Union can only be interface or abstract class. Type:{type.FullName}");
        if (cases.GroupBy(one => one.Key).FirstOrDefault(same => same.Count() > 1) is { } sameKey)
            throw new MessagePackSerializationException($"Same union key has found. Type:{type.FullName} Key:{sameKey.Key}");
        if (cases.GroupBy(one => one.SubType).FirstOrDefault(same => same.Count() > 1) is { } sameType)
            throw new MessagePackSerializationException($"Same union subType has found. Type:{type.FullName} SubType: {sameType.Key}");
        if (cases.FirstOrDefault(one => !type.IsAssignableFrom(one.SubType)) is { } stranger)
            throw new MessagePackSerializationException($"Union subType is not a {type.FullName}: {stranger.SubType}");
        return Activator.CreateInstance(typeof(UnionFormatter<>).MakeGenericType(type), [cases]);
    }
}

/// <summary>A union is <c>[key, value]</c>. A subtype that is not named is written as nil, an unknown key is read as null.</summary>
internal sealed class UnionFormatter<T> : Formatter<T?>
    where T : class
{
    private readonly Dictionary<Type, (int Key, UnionCase<T> Case)> byType = [];
    private readonly Dictionary<int, UnionCase<T>> byKey = [];

    public UnionFormatter(UnionAttribute[] cases)
    {
        foreach (UnionAttribute one in cases)
        {
            var formatter = (UnionCase<T>)FormatterFactory.Build(typeof(UnionCase<,>), typeof(T), one.SubType);
            byType.Add(one.SubType, (one.Key, formatter));
            byKey.Add(one.Key, formatter);
        }
    }

    public override void Serialize(ref MessagePackWriter writer, T? value, MessagePackSerializerOptions options)
    {
        if (value == null || !byType.TryGetValue(value.GetType(), out (int Key, UnionCase<T> Case) found))
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(2);
        writer.Write(found.Key);
        found.Case.Serialize(ref writer, value, options);
    }

    public override T? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil())
            return null;
        options.Security.DepthStep(ref reader);
        if (reader.ReadArrayHeader() != 2)
            throw new InvalidOperationException($"Invalid Union data was detected. Type:{typeof(T).FullName}");
        T? value = null;
        if (byKey.TryGetValue(reader.ReadInt32(), out UnionCase<T>? found))
            value = found.Deserialize(ref reader, options);
        else
            reader.Skip();
        reader.Depth--;
        return value;
    }
}

/// <summary>One subtype of a union, seen as the union.</summary>
internal abstract class UnionCase<T>
{
    public abstract void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options);

    public abstract T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options);
}

internal sealed class UnionCase<T, TSubType> : UnionCase<T>
    where TSubType : T
{
    public override void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
        FormatterOf<TSubType>.Get().Serialize(ref writer, (TSubType)value!, options);

    public override T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        FormatterOf<TSubType>.Get().Deserialize(ref reader, options);
}
