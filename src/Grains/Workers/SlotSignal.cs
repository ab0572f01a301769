namespace SeqCluster.Grains.Workers;

/// <summary>What can happen to a worker slot.</summary>
public enum SlotSignal
{
    /// <summary>The known incarnation is connected.</summary>
    Connected,

    /// <summary>A newer incarnation is connected.</summary>
    Replaced,

    /// <summary>The known incarnation's connection is gone.</summary>
    Disconnected,

    /// <summary>A coordinator gives it work.</summary>
    WorkGiven,

    /// <summary>A coordinator takes its work away.</summary>
    WorkTaken,
}
