namespace SeqCluster.Contracts.Scheduling;

/// <summary>What a job asks for.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerDemand(string JobId, int Attempt, int Min, int Max, string Device, DateTimeOffset SubmittedAt)
{
    /// <summary>Greater ones are served first.</summary>
    [Id(6)] public int Priority { get; init; }
}
