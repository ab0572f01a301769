using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>All <see cref="StepReportsFrame"/>s of this connection up to this number are stored durably.</summary>
[MessagePackObject]
public sealed record StepReportsAckFrame : SiloFrame
{
    [Key(0)] public required long Sequence { get; init; }
}
