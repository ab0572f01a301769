namespace SeqCluster.Contracts.Scheduling;

/// <summary>What a job asks for.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerDemand(string JobId, int Attempt, int Min, int Max, string Device, DateTimeOffset SubmittedAt);
