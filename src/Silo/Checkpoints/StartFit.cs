using System.Globalization;
using System.Text.Json.Nodes;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>Whether a job can begin with another one's checkpoint. Names what does not fit, all at once; tensors are the worker's to compare. Pure.</summary>
internal static class StartFit
{
    /// <summary>Faults as (field, its value, what is wrong).</summary>
    /// <param name="spec">The new job, its data prepared.</param>
    /// <param name="data">What its numbers mean.</param>
    /// <param name="source">The job that wrote the checkpoint.</param>
    /// <param name="sourceData">What the checkpoint's numbers mean.</param>
    /// <param name="step">The last completed step in it.</param>
    public static IEnumerable<(string Field, string Value, string Message)> Faults(JobSpec spec, DataDescription data, JobSpec source, DataDescription sourceData, int step) =>
        spec.Start.Continues ? ToContinue(spec, source, step)
        : spec.Start.NewTensors.Length > 0 ? []
        : ToFineTune(data, sourceData);

    // Rows of an embedding would silently stand for other tokens.
    private static IEnumerable<(string Field, string Value, string Message)> ToFineTune(DataDescription data, DataDescription source)
    {
        const string Way = "so its embeddings stand for other ones: name them in start.newTensors (--new-tensors), or prepare the data with its vocabulary";
        if (data.Tokenizer is { } own && source.Tokenizer is { } theirs && own != theirs)
        {
            yield return ("data", $"{own.Size} tokens ({own.Kind})", $"the checkpoint's are {Other(own.Size, theirs.Size)} ({theirs.Kind}), {Way}");
        }

        if (data.SourceTokenizer is { } ownSource && source.SourceTokenizer is { } theirSource && ownSource != theirSource)
        {
            yield return ("data", $"{ownSource.Size} source tokens ({ownSource.Kind})", $"the checkpoint's are {Other(ownSource.Size, theirSource.Size)} ({theirSource.Kind}), {Way}");
        }
    }

    private static string Other(int own, int theirs) => own == theirs ? string.Create(CultureInfo.InvariantCulture, $"{theirs} others") : $"{theirs}";

    private static IEnumerable<(string Field, string Value, string Message)> ToContinue(JobSpec spec, JobSpec source, int step)
    {
        foreach (var (field, own, theirs) in Held(spec, source).Where(static one => one.Own != one.Theirs))
        {
            yield return (field, own, $"the checkpoint's job has {theirs}: who continues it must have the same, else it would be another model or take other samples");
        }

        if (step >= spec.Train.Steps)
        {
            yield return ("train.steps", $"{spec.Train.Steps}", $"the checkpoint is of step {step}: nothing is left to do, set more");
        }
    }

    private static IEnumerable<(string Field, string Own, string Theirs)> Held(JobSpec spec, JobSpec source)
    {
        (string Field, object Own, object Theirs)[] held =
        [
            ("seed", spec.Seed, source.Seed),
            ("data", spec.Data.ManifestSha256, source.Data.ManifestSha256),
            ("train.microBatch", spec.Train.MicroBatch, source.Train.MicroBatch),
            ("train.microBatchTokens", spec.Train.MicroBatchTokens, source.Train.MicroBatchTokens),
            ("train.sampling", spec.Train.Sampling, source.Train.Sampling),
            ("train.ema", spec.Train.Ema, source.Train.Ema),
            ("train.optimizer.kind", spec.Train.Optimizer.Kind, source.Train.Optimizer.Kind),
            ("workers.replicas", ReplicasOf(spec), ReplicasOf(source)),
            ("model.kind", spec.Model.Kind, source.Model.Kind),
        ];
        var (own, theirs) = (Settings(spec), Settings(source));

        // A setting that only one of two programs knows has its default, which is how it was before.
        var settings = spec.Model.Kind != source.Model.Kind ? [] : own.Where(one => theirs.ContainsKey(one.Key)).Select(one =>
            (Field: $"model.{one.Key}", Own: one.Value?.ToJsonString() ?? "null", Theirs: theirs[one.Key]?.ToJsonString() ?? "null"));
        return held.Select(static one => (one.Field, Text(one.Own), Text(one.Theirs))).Concat(settings);
    }

    // The same assembly may lie in another place: its hash is a setting of its own.
    private static JsonObject Settings(JobSpec spec)
    {
        var settings = (JsonObject)JsonNode.Parse(spec.Model.SettingsJson)!;
        settings.Remove("assembly");
        return settings;
    }

    private static int ReplicasOf(JobSpec spec) => spec.Workers.Replicas > 0 ? spec.Workers.Replicas : spec.Workers.Max;

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
