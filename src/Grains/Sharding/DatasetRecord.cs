using SeqCluster.Contracts.Shards;

namespace SeqCluster.Grains.Sharding;

/// <summary>The stored state of a dataset's grain.</summary>
[GenerateSerializer]
public sealed class DatasetRecord
{
    [Id(0)] public DatasetDescription? Dataset { get; set; }
}
