namespace SeqCluster.Contracts.Shards;

/// <summary>A shard as a manifest lists it.</summary>
/// <param name="Sha256">Its name: the hash of its bytes, lower-case hexadecimal.</param>
/// <param name="SizeBytes">Of its file.</param>
[GenerateSerializer, Immutable]
public sealed record ListedShard(string Sha256, long SizeBytes);
