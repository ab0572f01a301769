using MessagePack;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>Step reports and metrics. The worker keeps them until <see cref="StepReportsAckFrame"/> and sends them again on a new connection.</summary>
[MessagePackObject]
public sealed record StepReportsFrame : WorkerFrame
{
    /// <summary>1, 2, 3 … in the order of sending, within one incarnation.</summary>
    [Key(0)] public required long Sequence { get; init; }

    [Key(1)] public required WorkerStepReports Reports { get; init; }
}
