namespace SeqCluster.Simulation.Tests.Faults;

/// <summary>Where a worker may be struck, or a silo between a decision and what follows it.</summary>
internal enum Point
{
    Prepare,
    Join,
    Transfer,
    Swap,
    Data,
    Forward,
    Post,
    Reduce,
    Publish,

    /// <summary>In the middle of an update: before its first part, between two, before the carried state.</summary>
    Update,
    Evaluate,
    WriteCheckpoint,

    /// <summary>It is permanent, and nobody knows.</summary>
    CommitCheckpoint,
    Finish,

    /// <summary>The silo, before a write becomes permanent.</summary>
    BeforeWrite,

    /// <summary>The silo, after it, and before anybody is told.</summary>
    AfterWrite,
}
