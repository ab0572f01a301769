namespace SeqCluster.Grains.Sharding;

/// <summary>What can happen to a shard.</summary>
public enum ShardSignal
{
    /// <summary>A manifest names it.</summary>
    Registered,

    /// <summary>A place has verified its copy.</summary>
    CopyVerified,

    /// <summary>A place that was no holder found its copy damaged.</summary>
    DamageFound,

    /// <summary>A holder found its copy damaged; others hold it.</summary>
    CopyLost,

    /// <summary>The only holder found its copy damaged.</summary>
    LastCopyLost,
}
