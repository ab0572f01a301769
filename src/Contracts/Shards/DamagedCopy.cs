namespace SeqCluster.Contracts.Shards;

/// <summary>A copy that was not what its name says.</summary>
/// <param name="Sha256">The shard.</param>
/// <param name="Detail">What was found instead, for people.</param>
[GenerateSerializer, Immutable]
public sealed record DamagedCopy(string Sha256, string Detail);
