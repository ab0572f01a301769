namespace SeqCluster.Grains.Sharding;

/// <summary>The stored state of a shard's grain.</summary>
[GenerateSerializer]
public sealed class ShardRecord
{
    [Id(0)] public ShardLife Life { get; set; } = new();
}
