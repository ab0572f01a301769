using System.Globalization;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Datasets;

/// <summary>A prepared dataset in a few numbers.</summary>
internal sealed record DatasetSummary(
    string Sha256, string Folder, string Kind, string? Tokenizer, int VocabularySize, long TrainTokens, long ValidationTokens, long? TrainExamples, long? ValidationExamples, long? TestExamples, int Sources)
{
    public static DatasetSummary Of(PreparedDataset dataset) => new(
        dataset.Sha256,
        dataset.Folder,
        dataset.Manifest.Data.Kind,
        dataset.Manifest.Data.Tokenizer?.Kind,
        dataset.Manifest.Data.VocabularySize,
        dataset.Manifest.Train.Sum(shard => shard.Tokens),
        dataset.Manifest.Validation.Sum(shard => shard.Tokens),
        Examples(dataset.Manifest.Train),
        Examples(dataset.Manifest.Validation),
        Examples(dataset.Manifest.Test ?? []),
        dataset.Manifest.Sources.Count);

    // null for a stream of tokens.
    private static long? Examples(IReadOnlyList<ShardEntry> shards) => shards.Aggregate((long?)null, (sum, shard) => shard.Examples is { } count ? (sum ?? 0) + count : sum);

    /// <summary>How much a part holds, in words.</summary>
    public static string Amount(long tokens, long? examples) => string.Create(
        CultureInfo.InvariantCulture, $"{examples ?? tokens:#,0} {(examples is null ? "tokens" : "examples")}");

    /// <summary>All datasets of a folder, newest first. What is damaged is told, not thrown.</summary>
    public static IReadOnlyList<DatasetSummary> List(string datasetsFolder, Action<string> onFault)
    {
        if (!Directory.Exists(datasetsFolder))
        {
            return [];
        }

        var found = new List<DatasetSummary>();
        foreach (var folder in new DirectoryInfo(datasetsFolder).EnumerateDirectories().OrderByDescending(folder => folder.LastWriteTimeUtc))
        {
            var manifest = Path.Combine(folder.FullName, DatasetManifest.FileName);
            if (!File.Exists(manifest) || folder.Name.StartsWith('.'))
            {
                continue;
            }

            try
            {
                found.Add(Of(new PreparedDataset(folder.FullName, folder.Name, DatasetManifest.Read(manifest, folder.Name))));
            }
            catch (InvalidDataException fault)
            {
                onFault(fault.Message);
            }
        }

        return found;
    }
}
