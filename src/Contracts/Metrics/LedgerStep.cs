namespace SeqCluster.Contracts.Metrics;

/// <summary>One stored report of a step.</summary>
/// <param name="Attempt">In which it was done.</param>
/// <param name="Generation">In which of its generations.</param>
/// <param name="Step">The step.</param>
/// <param name="Epoch">The epoch that it belongs to.</param>
/// <param name="Replicas">What each of the job's replicas consumed, in their order.</param>
[GenerateSerializer, Immutable]
public sealed record LedgerStep(int Attempt, int Generation, int Step, int Epoch, IReadOnlyList<ReplicaReport> Replicas);
