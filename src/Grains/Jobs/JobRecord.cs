namespace SeqCluster.Grains.Jobs;

/// <summary>The stored state of a job's grain.</summary>
[GenerateSerializer]
public sealed class JobRecord
{
    /// <summary>null until the job is submitted.</summary>
    [Id(0)] public JobLife? Life { get; set; }
}
