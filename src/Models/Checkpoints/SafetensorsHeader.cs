using System.Buffers;
using System.Text.Json;

namespace SeqCluster.Models.Checkpoints;

/// <summary>
/// The JSON header of a safetensors file. Parsing takes nothing on trust: every name once, every byte of the content in exactly
/// one tensor, every size equal to type times shape.
/// </summary>
internal static class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";
    private const int AlignmentBytes = 8;
    private const int DepthMaximum = 4;

    /// <summary>The header of these tensors, laid out one after the other, padded so that content begins aligned.</summary>
    public static byte[] Write(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.Code());
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset + tensor.Bytes.Length]);
                json.WriteEndObject();
                offset += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        var padding = (AlignmentBytes - (buffer.WrittenCount % AlignmentBytes)) % AlignmentBytes;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a header.</summary>
    /// <param name="header">Its bytes.</param>
    /// <param name="contentBytes">Bytes that follow it in the file.</param>
    /// <returns>The tensors in order of their bytes, and the metadata.</returns>
    /// <exception cref="InvalidDataException">Says what is wrong.</exception>
    public static (IReadOnlyList<StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Parse(ReadOnlyMemory<byte> header, long contentBytes)
    {
        if (header.Span[0] != '{')
        {
            throw new InvalidDataException("the header does not begin with {");
        }

        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = DepthMaximum });
            var tensors = new List<StoredTensor>();
            var metadata = new Dictionary<string, string>();
            foreach (var entry in UniqueMembers(json.RootElement, "the header"))
            {
                if (entry.Name == MetadataKey)
                {
                    metadata = Metadata(entry.Value);
                }
                else
                {
                    tensors.Add(Tensor(entry.Name, entry.Value));
                }
            }

            tensors.Sort((left, right) => (left.Offset, left.SizeBytes).CompareTo((right.Offset, right.SizeBytes)));
            CheckCoverage(tensors, contentBytes);
            return (tensors, metadata);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8 or holds half a surrogate pair.
            throw new InvalidDataException($"the header is not valid JSON: {fault.Message}", fault);
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static Dictionary<string, string> Metadata(JsonElement value)
    {
        var metadata = new Dictionary<string, string>();
        foreach (var entry in UniqueMembers(value, MetadataKey))
        {
            metadata.Add(entry.Name, entry.Value.ValueKind == JsonValueKind.String
                ? entry.Value.GetString()!
                : throw new InvalidDataException($"{MetadataKey}.{entry.Name} is not a text"));
        }

        return metadata;
    }

    private static StoredTensor Tensor(string name, JsonElement value)
    {
        if (name.Length == 0)
        {
            throw new InvalidDataException("a tensor without a name");
        }

        var members = UniqueMembers(value, name).ToDictionary(member => member.Name, member => member.Value);
        if (members.Keys.FirstOrDefault(key => key is not ("dtype" or "shape" or "data_offsets")) is { } unknown)
        {
            throw new InvalidDataException($"{name}: unknown field {unknown}");
        }

        var type = Type(name, Member(members, name, "dtype"));
        var shape = Numbers(name, "shape", Member(members, name, "shape"));
        var offsets = Numbers(name, "data_offsets", Member(members, name, "data_offsets"));
        if (offsets.Count != 2 || offsets[0] > offsets[1])
        {
            throw new InvalidDataException($"{name}: data_offsets [{string.Join(", ", offsets)}] are not a beginning and an end");
        }

        var size = Size(name, type, shape);
        return size == offsets[1] - offsets[0]
            ? new StoredTensor(name, type, shape, offsets[0], size)
            : throw new InvalidDataException($"{name}: {offsets[1] - offsets[0]} bytes, but [{string.Join(", ", shape)}] of {type.Code()} are {size}");
    }

    private static ElementType Type(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && ElementTypes.FromCode(value.GetString()!) is { } type
            ? type
            : throw new InvalidDataException($"{name}: dtype {value.GetRawText()} is not one of {ElementTypes.AllCodes}");

    private static long Size(string name, ElementType type, IReadOnlyList<long> shape)
    {
        try
        {
            return shape.Aggregate((long)type.SizeBytes(), (product, size) => checked(product * size));
        }
        catch (OverflowException)
        {
            throw new InvalidDataException($"{name}: shape [{string.Join(", ", shape)}] is too large for any file");
        }
    }

    private static JsonElement Member(Dictionary<string, JsonElement> members, string name, string field) =>
        members.TryGetValue(field, out var value) ? value : throw new InvalidDataException($"{name}: {field} is missing");

    private static List<long> Numbers(string name, string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"{name}: {field} is not a list");
        }

        var numbers = new List<long>();
        foreach (var item in value.EnumerateArray())
        {
            numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0
                ? number
                : throw new InvalidDataException($"{name}: {field} has {item.GetRawText()}, which is not a whole number from 0 up"));
        }

        return numbers;
    }

    private static IEnumerable<JsonProperty> UniqueMembers(JsonElement value, string owner)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{owner} is not an object");
        }

        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            yield return seen.Add(member.Name) ? member : throw new InvalidDataException($"{owner}: {member.Name} appears twice");
        }
    }

    private static void CheckCoverage(List<StoredTensor> tensors, long contentBytes)
    {
        var end = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != end)
            {
                var what = tensor.Offset < end ? "overlaps what is before it" : $"leaves a gap of {tensor.Offset - end} bytes before it";
                throw new InvalidDataException($"{tensor.Name}: begins at byte {tensor.Offset} and {what}");
            }

            end += tensor.SizeBytes;
        }

        if (end != contentBytes)
        {
            throw new InvalidDataException(end > contentBytes
                ? $"the content is cut off: {contentBytes} bytes of {end}"
                : $"{contentBytes - end} bytes at the end belong to no tensor");
        }
    }
}
