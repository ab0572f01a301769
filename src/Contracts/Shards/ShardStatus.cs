namespace SeqCluster.Contracts.Shards;

/// <summary>What is known of a shard.</summary>
[GenerateSerializer, Immutable]
public sealed record ShardStatus
{
    /// <summary>Its name.</summary>
    [Id(0)] public required string Sha256 { get; init; }

    /// <summary>Of its file; 0 while unknown.</summary>
    [Id(1)] public required long SizeBytes { get; init; }

    /// <summary>Whether anybody holds a verified copy.</summary>
    [Id(2)] public required ShardState State { get; init; }

    /// <summary>Places with a verified copy, the latest last.</summary>
    [Id(3)] public required IReadOnlyList<string> Holders { get; init; }

    /// <summary>The latest copies that were found damaged, each <c>PLACE: what was found</c>.</summary>
    [Id(4)] public required IReadOnlyList<string> Damages { get; init; }
}
