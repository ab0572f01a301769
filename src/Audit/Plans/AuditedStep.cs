namespace SeqCluster.Audit.Plans;

/// <summary>What a step is to consume.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Replicas">The numbers of each replica's samples, in their order.</param>
/// <param name="EndsEpoch">Whether the next step belongs to the next epoch.</param>
internal sealed record AuditedStep(int Step, int Epoch, IReadOnlyList<long[]> Replicas, bool EndsEpoch);
