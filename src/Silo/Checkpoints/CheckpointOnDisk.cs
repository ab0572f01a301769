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
            using var document = OpenManifest(folder);
            return Parse(document.RootElement, folder) is var found && found.Reference == $"{jobId}/{folder.Parent!.Name}/{folder.Name}" && isWanted(found)
                && document.RootElement.GetProperty("files").EnumerateObject().All(one => IsAsWritten(folder, one)) ? found : null;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The manifest, a JSON object that fits its own seal.</summary>
    /// <param name="folder">A checkpoint's.</param>
    /// <exception cref="InvalidDataException">There is none, or it is not as it was written.</exception>
    public static JsonDocument OpenManifest(DirectoryInfo folder)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, ManifestFile));
        if (!file.Exists)
        {
            throw new InvalidDataException($"there is no {ManifestFile} in it: a checkpoint is a folder with one");
        }

        if (file.Length > MostManifestBytes || File.ReadAllBytes(file.FullName) is var bytes && !SealedManifest.IsWhole(bytes))
        {
            throw new InvalidDataException($"{ManifestFile} is not as it was written: its own SHA-256 does not fit");
        }

        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{ManifestFile} is not JSON: {fault.Message}", fault);
        }
    }

    /// <summary>What a manifest says of its checkpoint, and where it was written to.</summary>
    /// <param name="manifest">A JSON object.</param>
    /// <param name="folder">Where it lies.</param>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    public static WrittenCheckpoint Parse(JsonElement manifest, DirectoryInfo folder)
    {
        string Text(string name) => manifest.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";
        int Number(string name) => manifest.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : 0;
        return new WrittenCheckpoint
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
