using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models.Checkpoints;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// A checkpoint's model as other tools take it: <c>weights.safetensors</c>, <c>config.json</c> (kind and settings of the model, what the
/// data is, where it comes from), and of each tokenizer its tokens in the order of their numbers and the merges of byte pairs. Weights
/// are copied bit by bit; the optimizer's state is left behind.
/// </summary>
internal static class ModelExport
{
    private const string ConfigFile = "config.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the folder, which appears when it is whole.</summary>
    /// <param name="folder">The checkpoint's.</param>
    /// <param name="target">The new folder.</param>
    /// <param name="isTrained">The weights themselves, also where the job kept a mean of them.</param>
    /// <exception cref="InvalidDataException">A file of the checkpoint is damaged.</exception>
    public static void Write(string folder, string target, bool isTrained)
    {
        var manifest = CheckpointManifest.Read(folder);
        var hasMean = !isTrained && CheckpointModel.HasMean(manifest);
        var staging = target + ".writing";
        Directory.CreateDirectory(staging);
        try
        {
            using (var file = SafetensorsFile.Read(manifest.CheckedFile(folder, hasMean ? CheckpointManifest.OptimizerFile : CheckpointManifest.WeightsFile)))
            {
                var weights = Weights(file, hasMean ? CheckpointModel.MeanPrefix : "");
                var metadata = new Dictionary<string, string>
                {
                    // What other readers take as the layout: row-major, as PyTorch has it.
                    ["format"] = "pt",
                    ["job"] = manifest.JobId,
                    ["step"] = manifest.Step.ToString(CultureInfo.InvariantCulture),
                };
                SafetensorsFile.Write(Path.Combine(staging, CheckpointManifest.WeightsFile), weights, metadata);
                File.WriteAllText(Path.Combine(staging, ConfigFile), Config(manifest, hasMean, WeightsHash.Sha256(weights)).ToJsonString(Json));
            }

            WriteTokens(staging, "tokens", manifest.Data.Tokenizer);
            WriteTokens(staging, "source-tokens", manifest.Data.SourceTokenizer);
            Directory.Move(staging, target);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private static IReadOnlyList<NamedTensor> Weights(SafetensorsFile file, string prefix) =>
    [
        .. file.Tensors.Where(stored => stored.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(stored =>
        {
            var bytes = new byte[stored.SizeBytes];
            file.CopyTo(stored, bytes);
            return new NamedTensor(stored.Name[prefix.Length..], stored.Type, stored.Shape, bytes);
        }),
    ];

    private static JsonObject Config(CheckpointManifest manifest, bool isMean, string hash) => new()
    {
        ["model"] = new JsonObject { ["kind"] = manifest.Job.Model.Kind, ["settings"] = JsonNode.Parse(manifest.Job.Model.SettingsJson) },
        ["data"] = new JsonObject
        {
            ["kind"] = manifest.Data.Kind,
            ["tokenizer"] = Words(manifest.Data.Tokenizer),
            ["sourceTokenizer"] = Words(manifest.Data.SourceTokenizer),
            ["inputFeatures"] = manifest.Data.InputFeatures,
            ["outputFeatures"] = manifest.Data.OutputFeatures,
            ["sampleRate"] = manifest.Data.SampleRate,
            ["levels"] = manifest.Data.Levels,
        },
        ["weights"] = isMean ? "mean" : "trained",
        ["weightsSha256"] = hash,
        ["job"] = manifest.JobId,
        ["step"] = manifest.Step,
        ["seed"] = manifest.Job.Seed,
        ["trainLoss"] = Number(manifest.TrainLoss),
        ["validationLoss"] = manifest.ValidationLoss is { } loss ? Number(loss) : null,
    };

    private static JsonObject? Words(TokenizerEntry? entry) => entry is null ? null : new JsonObject { ["kind"] = entry.Kind, ["size"] = entry.Size, ["hasSpecials"] = entry.HasSpecials ?? false };

    // JSON has no other numbers.
    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    // Bytes are their own numbers and need no list.
    private static void WriteTokens(string folder, string name, TokenizerEntry? entry)
    {
        if (entry?.Vocabulary is not { } vocabulary)
        {
            return;
        }

        IReadOnlyList<string> tokens = entry.HasSpecials ?? false
            ? [.. SpecialTokens.Names, .. vocabulary.Split('\n')]
            : [.. vocabulary.EnumerateRunes().Select(rune => rune.ToString())];
        File.WriteAllText(Path.Combine(folder, $"{name}.json"), JsonSerializer.Serialize(tokens, Json));
        if (entry.Codes is { } codes)
        {
            File.WriteAllText(Path.Combine(folder, $"{name}.bpe"), codes);
        }
    }
}
