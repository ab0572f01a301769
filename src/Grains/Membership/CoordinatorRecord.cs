namespace SeqCluster.Grains.Membership;

/// <summary>The stored state of a job's coordinator.</summary>
[GenerateSerializer]
public sealed class CoordinatorRecord
{
    [Id(0)] public AttemptLife Life { get; set; } = new();
}
