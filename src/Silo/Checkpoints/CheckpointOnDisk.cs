using System.Text.Json;
using SeqCluster.Contracts.Membership;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>
/// A checkpoint's folder in the store as it tells of itself when nobody else does. Trusts nothing: the manifest must fit its own seal and
/// the place where it lies, and every file the manifest.
/// </summary>
internal static class CheckpointOnDisk
{
    /// <summary>The manifest's name.</summary>
    public const string ManifestFile = "manifest.json";

    private const long MostManifestBytes = 64 << 20;

    /// <summary>What the folder holds; null when it is not whole, or not wanted.</summary>
    /// <param name="folder">One of an attempt's folder.</param>
    /// <param name="jobId">Whose it must be.</param>
    /// <param name="isWanted">Asked before the files are read.</param>
    public static WrittenCheckpoint? Read(DirectoryInfo folder, string jobId, Func<WrittenCheckpoint, bool> isWanted)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder.FullName, ManifestFile));
            if (!file.Exists || file.Length > MostManifestBytes || File.ReadAllBytes(file.FullName) is var bytes && !SealedManifest.IsWhole(bytes))
            {
                return null;
            }

            using var document = JsonDocument.Parse(bytes);
            if (Parse(document.RootElement, folder) is not { } found || found.Reference != $"{jobId}/{folder.Parent!.Name}/{folder.Name}" || !isWanted(found))
            {
                return null;
            }

            return document.RootElement.GetProperty("files").EnumerateObject().All(one => IsAsWritten(folder, one)) ? found : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static WrittenCheckpoint? Parse(JsonElement manifest, DirectoryInfo folder)
    {
        string Text(string name) => manifest.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";
        int Number(string name) => manifest.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : 0;
        return manifest.ValueKind != JsonValueKind.Object ? null : new WrittenCheckpoint
        {
            Step = Number("step"),
            Reference = WrittenCheckpoint.ReferenceOf(Text("jobId"), Number("attempt"), Number("step")),
            WeightsSha256 = Text("weightsSha256"),
            StateSha256 = Text("stateSha256"),
            Generation = Number("generation"),
            SizeBytes = folder.EnumerateFiles().Sum(static one => one.Length),
            EvaluatedLoss = manifest.TryGetProperty("evaluatedLoss", out var loss) && loss.ValueKind == JsonValueKind.Number ? loss.GetDouble() : null,
        };
    }

    private static bool IsAsWritten(DirectoryInfo folder, JsonProperty file) =>
        FileContent.IsPlainName(file.Name) && file.Value.ValueKind == JsonValueKind.String && FileContent.HashOf(Path.Combine(folder.FullName, file.Name)) == file.Value.GetString();
}
