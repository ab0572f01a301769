namespace SeqCluster.Grains.Workers;

/// <summary>Where a worker slot is.</summary>
public enum SlotState
{
    /// <summary>Nobody is connected, and nobody is expected to go on with anything.</summary>
    Away,

    /// <summary>The connection is gone; its incarnation may come back to its work.</summary>
    AwayWithWork,

    /// <summary>Connected, with nothing to do.</summary>
    Idle,

    /// <summary>Connected, with work.</summary>
    Assigned,
}
