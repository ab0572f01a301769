namespace SeqCluster.Collectives.Topology;

/// <summary>Some of a member's operands, and the member that they come from.</summary>
/// <param name="Rank">A local member, or another host's delegate for this one.</param>
/// <param name="Sums">The nodes of the tree that it contributes.</param>
public sealed record OperandSource(int Rank, IReadOnlyList<ReplicaRange> Sums);
