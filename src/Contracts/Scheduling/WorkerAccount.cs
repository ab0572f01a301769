namespace SeqCluster.Contracts.Scheduling;

/// <summary>A worker and the job that holds it; an empty <paramref name="JobId"/> means that it is free.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerAccount(WorkerOffer Worker, string JobId)
{
    /// <summary>Whether it takes no further work, and leaves the job that it has at a step boundary.</summary>
    [Id(2)] public bool IsDrained { get; init; }
}
