using MessagePack;

namespace SeqCluster.Contracts.Membership;

/// <summary>A checkpoint that could not be written, or not brought to the silo.</summary>
/// <param name="Step">The last completed step in it.</param>
/// <param name="Detail">Which path, why, and what follows, for people.</param>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record FailedCheckpoint([property: Id(0), Key(0)] int Step, [property: Id(1), Key(1)] string Detail);
