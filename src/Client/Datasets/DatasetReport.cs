using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;

namespace SeqCluster.Client.Datasets;

/// <summary>A prepared dataset, every shard of which was just verified by its hash: what it is made of, and some of its samples.</summary>
internal sealed record DatasetReport(
    string Sha256,
    string Folder,
    string Kind,
    string? Tokenizer,
    int VocabularySize,
    string? SourceTokenizer,
    int SourceVocabularySize,
    int? SampleRate,
    IReadOnlyList<string>? Classes,
    IReadOnlyList<SeriesColumn>? InputColumns,
    IReadOnlyList<SeriesColumn>? OutputColumns,
    IReadOnlyList<SourceEntry> Sources,
    IReadOnlyList<PartReport> Parts)
{
    /// <summary>Text without a job is shown in pieces of so many tokens.</summary>
    private const int BlockWithoutJob = 64;

    /// <summary>Reads the whole dataset.</summary>
    /// <param name="dataset">Which.</param>
    /// <param name="samples">At most so many samples of each part.</param>
    /// <param name="options">How a job samples it; null without one.</param>
    /// <param name="block">The job's block; null without one.</param>
    /// <exception cref="InvalidDataException">A shard is missing or damaged.</exception>
    public static DatasetReport Of(PreparedDataset dataset, int samples, SamplingOptions? options, int? block)
    {
        var (manifest, data) = (dataset.Manifest, dataset.Manifest.Data);
        PartReport Part(string name, IReadOnlyList<ShardEntry> shards, SamplingOptions? sampling)
        {
            using var split = DataSplit.Open(dataset.Folder, data, shards, block ?? BlockWithoutJob);
            return PartReport.Of(name, shards, split.Survey(data, samples, sampling));
        }

        return new DatasetReport(
            dataset.Sha256,
            dataset.Folder,
            data.Kind,
            data.Tokenizer?.Kind,
            data.VocabularySize,
            data.SourceTokenizer?.Kind,
            data.SourceVocabularySize,
            data.SampleRate,
            data.Classes,
            data.InputColumns,
            data.OutputColumns,
            manifest.Sources,
            [
                Part("training", manifest.Train, options),
                Part("validation", manifest.Validation, null),
                .. manifest.Test is { } test ? new[] { Part("test", test, null) } : [],
            ]);
    }
}
