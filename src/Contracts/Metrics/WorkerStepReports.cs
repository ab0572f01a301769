using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>A batch of steps from one worker, with the metrics that it is responsible for.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record WorkerStepReports
{
    [Id(0), Key(0)] public required string JobId { get; init; }
    [Id(1), Key(1)] public required int Attempt { get; init; }
    [Id(2), Key(2)] public required int Generation { get; init; }
    [Id(3), Key(3)] public required string WorkerId { get; init; }
    [Id(4), Key(4)] public required int Rank { get; init; }
    [Id(5), Key(5)] public required IReadOnlyList<StepReport> Steps { get; init; }

    /// <summary>Rank 0 sends the job's metrics; every rank sends its own phase times, named <c>worker/RANK/…</c>.</summary>
    [Id(6), Key(6)] public required IReadOnlyList<MetricPoint> Metrics { get; init; }
}
