namespace SeqCluster.Collectives.Transport;

/// <summary>What a member has made available of a bucket in a step. Each later one implies the earlier of the same member.</summary>
internal enum Signal
{
    /// <summary>Its partial sums.</summary>
    Partials,

    /// <summary>Its chunk is complete and its squares can be read.</summary>
    Reduced,

    /// <summary>Its chunk of the result can be read.</summary>
    Sum,
}
