namespace MessagePack.Formatters;

/// <summary>What all dictionaries share: nil for null, a map otherwise; a key that comes twice is refused by the dictionary.</summary>
internal abstract class MapFormatter<TKey, TValue, TMap> : Formatter<TMap?>
    where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    public override void Serialize(ref MessagePackWriter writer, TMap? value, MessagePackSerializerOptions options)
    {
        if (value == null)
        {
            writer.WriteNil();
            return;
        }

        Formatter<TKey> keys = FormatterOf<TKey>.Get();
        Formatter<TValue> values = FormatterOf<TValue>.Get();
        writer.WriteMapHeader(value.Count());
        foreach ((TKey key, TValue entry) in value)
        {
            writer.Cancellation.ThrowIfCancellationRequested();
            keys.Serialize(ref writer, key, options);
            values.Serialize(ref writer, entry, options);
        }
    }

    public override TMap? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil())
            return default;
        int count = reader.ReadMapHeader();
        IDictionary<TKey, TValue> entries = Create(count, options);
        options.Security.DepthStep(ref reader);
        Formatter<TKey> keys = FormatterOf<TKey>.Get();
        Formatter<TValue> values = FormatterOf<TValue>.Get();
        for (int i = 0; i < count; i++)
        {
            reader.Cancellation.ThrowIfCancellationRequested();
            TKey key = keys.Deserialize(ref reader, options);
            entries.Add(key, values.Deserialize(ref reader, options));
        }

        reader.Depth--;
        return (TMap)entries;
    }

    protected virtual IDictionary<TKey, TValue> Create(int count, MessagePackSerializerOptions options) =>
        new Dictionary<TKey, TValue>(count, options.Security.GetEqualityComparer<TKey>());
}

internal sealed class DictionaryFormatter<TKey, TValue> : MapFormatter<TKey, TValue, Dictionary<TKey, TValue>>
    where TKey : notnull;

internal sealed class DictionaryInterfaceFormatter<TKey, TValue, TInterface> : MapFormatter<TKey, TValue, TInterface>
    where TInterface : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull;

internal sealed class SortedDictionaryFormatter<TKey, TValue> : MapFormatter<TKey, TValue, SortedDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override IDictionary<TKey, TValue> Create(int count, MessagePackSerializerOptions options) =>
        new SortedDictionary<TKey, TValue>();
}
