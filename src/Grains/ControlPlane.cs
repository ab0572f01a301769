using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains;

/// <summary>Names that grains and silo share.</summary>
public static class ControlPlane
{
    /// <summary>The grain storage of all grain states.</summary>
    public const string Storage = "seqcluster";

    /// <summary>The key of the one scheduler.</summary>
    public const string SchedulerKey = WellKnownGrains.Scheduler;

    /// <summary>The key of the one job directory.</summary>
    public const string DirectoryKey = WellKnownGrains.JobDirectory;
}
