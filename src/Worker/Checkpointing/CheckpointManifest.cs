using System.Text.Json;
using System.Text.Json.Serialization;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Data.Manifests;
using SeqCluster.Transfers;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>What a checkpoint folder holds, in its <see cref="FileName"/>: enough to go on, to generate, and to check every file.</summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "manifest.json";
    public const string WeightsFile = "weights.safetensors";
    public const string OptimizerFile = "optimizer.safetensors";
    public const int CurrentFormat = 3;

    // Without a seal; and EvaluatedLoss.
    private const int OldestFormat = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,

        // A loss that is not a number is a result too.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required int Format { get; init; }

    public required string JobId { get; init; }

    public required int Attempt { get; init; }

    public required int Generation { get; init; }

    /// <summary>The last completed step.</summary>
    public required int Step { get; init; }

    public required double TrainLoss { get; init; }

    /// <summary>Of the last evaluation up to this step; null when there was none.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The validation loss of this very step; null when it was not evaluated.</summary>
    public double? EvaluatedLoss { get; init; }

    /// <summary>Of the attempt that wrote it; null in those of older programs.</summary>
    public double? TokensPerSecond { get; init; }

    public required string WeightsSha256 { get; init; }

    public required string StateSha256 { get; init; }

    /// <summary>
    /// The reports of steps that the silo had not stored then (<see cref="LedgerEntry.Pack"/>): whoever goes on from here tells them. Null
    /// for none.
    /// </summary>
    public byte[]? UnsentReports { get; init; }

    /// <summary>SHA-256 of each file beside the manifest.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>What the model was trained on: the kind of samples, tokenizers, vocabularies.</summary>
    public required DataDescription Data { get; init; }

    public required JobSpec Job { get; init; }

    /// <summary>The path of a file beside the manifest, whose content is what was written.</summary>
    /// <exception cref="InvalidDataException">It is not, or the manifest does not name it.</exception>
    public string CheckedFile(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!Files.TryGetValue(name, out var expected))
        {
            throw new InvalidDataException($"{path}: the manifest does not name it");
        }

        return FileContent.HashOf(path) is var hash && hash == expected
            ? path
            : throw new InvalidDataException($"{path}: SHA-256 is {hash}, the manifest says {expected}: the file is damaged");
    }

    /// <summary>As a file, sealed (<see cref="SealedManifest"/>).</summary>
    public byte[] ToBytes() => SealedManifest.Seal(JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <exception cref="InvalidDataException">It is damaged, or no manifest of a format that this program reads.</exception>
    public static CheckpointManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            var bytes = File.ReadAllBytes(path);
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(bytes, Json);
            return manifest is not { Format: >= OldestFormat and <= CurrentFormat }
                ? throw new InvalidDataException($"{path}: format {manifest?.Format}, this program reads {OldestFormat} to {CurrentFormat}")
                : manifest.Format > OldestFormat && !SealedManifest.IsWhole(bytes)
                ? throw new InvalidDataException($"{path}: it is not as it was written: its own SHA-256 does not fit")
                : manifest;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: not a checkpoint manifest: {fault.Message}", fault);
        }
    }
}
