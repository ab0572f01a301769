namespace SeqCluster.Collectives;

/// <summary>Where a member was in a collective operation when it ended.</summary>
public enum CollectivePhase
{
    /// <summary>Meeting the other members of the generation.</summary>
    Join,

    /// <summary>Waiting for partial sums, to complete the tree (reduce-scatter).</summary>
    Reduce,

    /// <summary>Waiting for the owners' completed chunks (all-gather).</summary>
    Gather,

    /// <summary>Sending or receiving one member's bytes.</summary>
    Broadcast,

    /// <summary>Passing bytes on to the next rank.</summary>
    PassOn,

    /// <summary>Waiting for every member to arrive.</summary>
    Barrier,
}
