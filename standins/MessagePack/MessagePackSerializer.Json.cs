using System.Globalization;
using System.Text;

namespace MessagePack;

public static partial class MessagePackSerializer
{
    /// <summary>
    /// Shows MessagePack as JSON, for logs and people: bytes as base64, a timestamp as ISO 8601, another extension as
    /// <c>[type, "base64"]</c>, a key that is not text in quotation marks. Nothing gives the empty string.
    /// </summary>
    public static string ConvertToJson(ReadOnlyMemory<byte> bytes, MessagePackSerializerOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (bytes.IsEmpty)
            return "";
        var reader = new MessagePackReader(bytes) { Cancellation = cancellationToken };
        var json = new StringBuilder();
        try
        {
            WriteJson(ref reader, json, (options ?? DefaultOptions).Security);
        }
        catch (Exception cause)
        {
            throw new MessagePackSerializationException("Error occurred while translating msgpack to JSON.", cause);
        }

        return json.ToString();
    }

    private static void WriteJson(ref MessagePackReader reader, StringBuilder json, MessagePackSecurity security)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Integer when reader.NextCode == Code.UInt64:
                json.Append(invariant, $"{reader.ReadUInt64()}");
                break;
            case MessagePackType.Integer:
                json.Append(invariant, $"{reader.ReadInt64()}");
                break;
            case MessagePackType.Boolean:
                json.Append(reader.ReadBoolean() ? "true" : "false");
                break;
            case MessagePackType.Float when reader.NextCode == Code.Float32:
                json.Append(reader.ReadSingle().ToString("R", invariant));
                break;
            case MessagePackType.Float:
                json.Append(reader.ReadDouble().ToString("R", invariant));
                break;
            case MessagePackType.String:
                WriteJsonString(reader.ReadString()!, json);
                break;
            case MessagePackType.Binary:
                json.Append('"').Append(Convert.ToBase64String(reader.ReadByteArray()!)).Append('"');
                break;
            case MessagePackType.Array:
                WriteJsonArray(ref reader, json, security);
                break;
            case MessagePackType.Map:
                WriteJsonMap(ref reader, json, security);
                break;
            case MessagePackType.Extension:
                WriteJsonExtension(ref reader, json);
                break;
            default:
                reader.Skip();
                json.Append("null");
                break;
        }
    }

    private static void WriteJsonArray(ref MessagePackReader reader, StringBuilder json, MessagePackSecurity security)
    {
        int count = reader.ReadArrayHeader();
        security.DepthStep(ref reader);
        json.Append('[');
        for (int i = 0; i < count; i++)
        {
            json.Append(i > 0 ? "," : "");
            WriteJson(ref reader, json, security);
        }

        json.Append(']');
        reader.Depth--;
    }

    private static void WriteJsonMap(ref MessagePackReader reader, StringBuilder json, MessagePackSecurity security)
    {
        int count = reader.ReadMapHeader();
        security.DepthStep(ref reader);
        json.Append('{');
        for (int i = 0; i < count; i++)
        {
            json.Append(i > 0 ? "," : "");
            string quote = reader.NextMessagePackType is MessagePackType.String or MessagePackType.Binary ? "" : "\"";
            json.Append(quote);
            WriteJson(ref reader, json, security);
            json.Append(quote).Append(':');
            WriteJson(ref reader, json, security);
        }

        json.Append('}');
        reader.Depth--;
    }

    private static void WriteJsonExtension(ref MessagePackReader reader, StringBuilder json)
    {
        (sbyte type, int length) = reader.ReadExtensionHeader();
        if (type == Code.Timestamp)
            json.Append(CultureInfo.InvariantCulture, $"\"{reader.ReadTimestamp(length):o}\"");
        else
            json.Append(CultureInfo.InvariantCulture, $"[{type},\"{Convert.ToBase64String(reader.ReadExtensionBody(length))}\"]");
    }

    private static void WriteJsonString(string text, StringBuilder json)
    {
        json.Append('"');
        foreach (char unit in text)
        {
            _ = unit switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                _ => json.Append(unit),
            };
        }

        json.Append('"');
    }
}
