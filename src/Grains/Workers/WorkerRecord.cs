namespace SeqCluster.Grains.Workers;

/// <summary>The stored state of a worker slot's grain.</summary>
[GenerateSerializer]
public sealed class WorkerRecord
{
    [Id(0)] public WorkerSlot Slot { get; set; } = new();
}
