namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// Where a bucket is in its step: Open → Posted → (Reduced, after a reduce-scatter →) Gathered. An all-gather goes from
/// Reduced by Gathering to Gathered.
/// </summary>
internal enum BucketStage
{
    /// <summary>The worker's replicas are being added.</summary>
    Open,

    /// <summary>Partial sums are out; the owners complete the tree.</summary>
    Posted,

    /// <summary>Every owner has completed its chunk, and each member has only its own.</summary>
    Reduced,

    /// <summary>Owners are publishing their chunks.</summary>
    Gathering,

    /// <summary>The whole result is here; nothing is under way.</summary>
    Gathered,
}
