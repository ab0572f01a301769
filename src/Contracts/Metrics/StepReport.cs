using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>One worker's part in one step: the raw material of the ledger.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record StepReport
{
    [Id(0), Key(0)] public required int Step { get; init; }
    [Id(1), Key(1)] public required int Epoch { get; init; }

    /// <summary>One entry for each replica that this worker hosts.</summary>
    [Id(2), Key(2)] public required IReadOnlyList<ReplicaReport> Replicas { get; init; }
}
