namespace SeqCluster.Contracts.Shards;

/// <summary>A dataset and where its shards are.</summary>
[GenerateSerializer, Immutable]
public sealed record DatasetShards
{
    /// <summary>The SHA-256 of its manifest.</summary>
    [Id(0)] public required string ManifestSha256 { get; init; }

    /// <summary>For example <c>text</c>.</summary>
    [Id(1)] public required string Kind { get; init; }

    /// <summary>In the manifest's order.</summary>
    [Id(2)] public required IReadOnlyList<ShardStatus> Shards { get; init; }
}
