namespace SeqCluster.Contracts.Scheduling;

/// <summary>
/// The scheduler's answer: the reserved workers in rank order, or none and, in words, what the job waits for
/// (its place in the queue, workers wanted and free, who holds the others).
/// </summary>
[GenerateSerializer, Immutable]
public sealed record Placement(string JobId, int Attempt, IReadOnlyList<WorkerOffer> Workers, string Reason)
{
    /// <summary>Whether workers are reserved.</summary>
    public bool IsReserved => Workers.Count > 0;
}
