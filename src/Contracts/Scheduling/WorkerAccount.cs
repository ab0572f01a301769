namespace SeqCluster.Contracts.Scheduling;

/// <summary>A worker and the job that holds it; an empty <paramref name="JobId"/> means that it is free.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerAccount(WorkerOffer Worker, string JobId);
