using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Client.Datasets;

/// <summary>One part of a dataset.</summary>
/// <param name="Name">Training, validation or test.</param>
/// <param name="Examples">Null for a stream of tokens.</param>
/// <param name="Tokens">Of a stream; null for examples.</param>
/// <param name="Bytes">Of all shards.</param>
/// <param name="Skipped">Tokens that are in no block of the job's first epoch; null where nothing is cut into blocks.</param>
/// <param name="Lengths">How long samples are.</param>
/// <param name="Shards">Its files.</param>
/// <param name="Samples">Some of them.</param>
internal sealed record PartReport(
    string Name, long? Examples, long? Tokens, long Bytes, long? Skipped, IReadOnlyList<LengthDistribution> Lengths, IReadOnlyList<ShardReport> Shards, IReadOnlyList<SampleView> Samples)
{
    public static PartReport Of(string name, IReadOnlyList<ShardEntry> shards, SplitSurvey survey)
    {
        var isStream = shards.All(shard => shard.Examples is null);
        return new PartReport(
            name,
            isStream ? null : shards.Sum(shard => shard.Examples ?? 0),
            isStream ? shards.Sum(shard => shard.Tokens) : null,
            shards.Sum(shard => shard.Tokens * sizeof(ushort)),
            survey.Skipped,
            survey.Lengths,
            [.. shards.Select(shard => new ShardReport(shard.Sha256, shard.Tokens * sizeof(ushort), shard.Examples))],
            survey.Samples);
    }
}

/// <summary>A file of a dataset, which is what its hash says.</summary>
internal sealed record ShardReport(string Sha256, long Bytes, long? Examples);
