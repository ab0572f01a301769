namespace SeqCluster.Grains.Scheduling;

/// <summary>Where a job's demand is.</summary>
public enum DemandState
{
    /// <summary>The scheduler knows of none.</summary>
    Absent,

    /// <summary>In the queue, holding nothing.</summary>
    Waiting,

    /// <summary>Workers are reserved for it.</summary>
    Reserved,

    /// <summary>A reserved worker is gone; the others are held until the job asks or releases.</summary>
    Broken,
}
