using MessagePack;

namespace SeqCluster.Contracts.Metrics;

/// <summary>
/// A batch of steps of one generation, with metrics, from one worker. Any member may tell of any step: all hold the same reports.
/// </summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record WorkerStepReports
{
    [Id(0), Key(0)] public required string JobId { get; init; }

    /// <summary>In which the steps were done; the sender may be in a later one.</summary>
    [Id(1), Key(1)] public required int Attempt { get; init; }

    /// <inheritdoc cref="Attempt"/>
    [Id(2), Key(2)] public required int Generation { get; init; }

    /// <summary>Who sends it.</summary>
    [Id(3), Key(3)] public required string WorkerId { get; init; }

    /// <summary>The sender's, in the generation that it is in.</summary>
    [Id(4), Key(4)] public required int Rank { get; init; }

    [Id(5), Key(5)] public required IReadOnlyList<StepReport> Steps { get; init; }

    /// <summary>The job's metrics, which any member tells alike, and the sender's own phase times, named <c>worker/RANK/…</c>.</summary>
    [Id(6), Key(6)] public required IReadOnlyList<MetricPoint> Metrics { get; init; }
}
