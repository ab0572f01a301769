using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>What one replica consumed in one step.</summary>
/// <param name="Replica">0 … R−1.</param>
/// <param name="Samples">Samples in its micro-batch; 0 when the epoch's last step is short.</param>
/// <param name="Digest">First 8 bytes of SHA-256 over sample numbers and contents really fed, computed in the reader.</param>
[GenerateSerializer, Immutable, MessagePackObject]
public readonly record struct ReplicaReport(
    [property: Key(0)] int Replica,
    [property: Key(1)] int Samples,
    [property: Key(2)] ulong Digest);
