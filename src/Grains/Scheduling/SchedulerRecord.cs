namespace SeqCluster.Grains.Scheduling;

/// <summary>The stored state of the scheduler's grain. Live workers are not stored: they register again.</summary>
[GenerateSerializer]
public sealed class SchedulerRecord
{
    /// <summary>In the order of the queue.</summary>
    [Id(0)] public List<DemandEntry> Demands { get; set; } = [];

    /// <summary>Ids of workers that take no further work.</summary>
    [Id(1)] public List<string> Drained { get; set; } = [];
}
