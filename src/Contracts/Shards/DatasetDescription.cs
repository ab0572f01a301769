namespace SeqCluster.Contracts.Shards;

/// <summary>What a manifest says of its dataset, as far as the control plane needs it.</summary>
[GenerateSerializer, Immutable]
public sealed record DatasetDescription
{
    /// <summary>For example <c>text</c>.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>All shards, the held-out part's as well.</summary>
    [Id(1)] public required IReadOnlyList<ListedShard> Shards { get; init; }
}
