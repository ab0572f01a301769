namespace SeqCluster.Contracts.Scheduling;

/// <summary>The keys of the grains that there is one of.</summary>
public static class WellKnownGrains
{
    /// <summary>The scheduler's.</summary>
    public const string Scheduler = "default";

    /// <summary>The list of all jobs'.</summary>
    public const string JobDirectory = "all";
}
