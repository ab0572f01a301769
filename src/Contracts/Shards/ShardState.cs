namespace SeqCluster.Contracts.Shards;

/// <summary>Where a shard is.</summary>
public enum ShardState
{
    /// <summary>No manifest has named it yet.</summary>
    Unknown,

    /// <summary>Named, and nobody is known to hold it.</summary>
    Listed,

    /// <summary>At least one place holds a verified copy.</summary>
    Available,
}
