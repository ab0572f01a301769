using SeqCluster.Contracts.Shards;

namespace SeqCluster.Grains.Sharding;

/// <summary>All that is known of a shard.</summary>
[GenerateSerializer, Immutable]
public sealed record ShardLife
{
    [Id(0)] public ShardState State { get; init; } = ShardState.Unknown;

    [Id(1)] public long SizeBytes { get; init; }

    /// <summary>Places with a verified copy, the latest last; at most <see cref="ShardMachine.HolderLimit"/>.</summary>
    [Id(2)] public IReadOnlyList<string> Holders { get; init; } = [];

    /// <summary>The latest copies that were found damaged; at most <see cref="ShardMachine.DamageLimit"/>.</summary>
    [Id(3)] public IReadOnlyList<string> Damages { get; init; } = [];
}
