using System.Net;
using System.Text.Json;

namespace SeqCluster.Client.Sdk;

/// <summary>Reads an error answer: RFC 9457 problem details with a member <c>faults</c>, or whatever a proxy sent instead.</summary>
internal static class Problem
{
    private const int ShownBodyLength = 200;

    public static SeqClusterException Read(HttpStatusCode status, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                var faults = Faults(root);
                var (title, detail) = (Text(root, "title"), Text(root, "detail"));

                // The detail repeats the faults where there are any.
                return new SeqClusterException(status, (faults.Count > 0 ? title : detail) ?? detail ?? title ?? $"the silo answered {(int)status} {status}", faults);
            }
        }
        catch (JsonException)
        {
            // Not the silo's own words: shown as they are.
        }

        var shown = body.ReplaceLineEndings(" ").Trim();
        shown = shown.Length > ShownBodyLength ? shown[..ShownBodyLength] + "…" : shown;
        return new SeqClusterException(status, $"the silo answered {(int)status} {status}: {shown}".TrimEnd(' ', ':'), []);
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static List<string> Faults(JsonElement root) =>
        root.TryGetProperty("faults", out var faults) && faults.ValueKind == JsonValueKind.Array
            ? [.. faults.EnumerateArray().Select(fault => fault.ValueKind switch
            {
                JsonValueKind.String => fault.GetString()!,
                JsonValueKind.Object => Text(fault, "text") ?? fault.GetRawText(),
                _ => fault.GetRawText(),
            })]
            : [];
}
