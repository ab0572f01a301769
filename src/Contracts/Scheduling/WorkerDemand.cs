namespace SeqCluster.Contracts.Scheduling;

/// <summary>What a job asks for.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerDemand(string JobId, int Attempt, int Min, int Max, string Device, DateTimeOffset SubmittedAt)
{
    /// <summary>Greater ones are served first.</summary>
    [Id(6)] public int Priority { get; init; }

    /// <summary>Ids of workers that it does not want, joined by blanks, so that equal demands are equal; empty for none.</summary>
    [Id(7)] public string Without { get; init; } = "";

    /// <summary>One of <see cref="Jobs.Numerics"/>.</summary>
    [Id(8)] public string Numerics { get; init; } = Jobs.Numerics.Native;

    /// <summary>Whether a worker is one of those.</summary>
    public bool Refuses(string workerId) => Without.Length > 0 && Without.Split(' ').Contains(workerId);
}
