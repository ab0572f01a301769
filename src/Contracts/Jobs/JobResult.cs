using MessagePack;

namespace SeqCluster.Contracts.Jobs;

/// <summary>What a finished run leaves; equal on all members, or the job fails.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record JobResult
{
    [Id(0), Key(0)] public required int Steps { get; init; }

    /// <summary>Mean loss per target over the last step's global batch, nats.</summary>
    [Id(1), Key(1)] public required double TrainLoss { get; init; }

    /// <summary>Mean loss per target on the whole validation split, nats; null without one.</summary>
    [Id(2), Key(2)] public required double? ValidationLoss { get; init; }

    /// <summary>Over name, dtype, shape and bytes of all parameters and buffers in name order (design §6).</summary>
    [Id(3), Key(3)] public required string WeightsSha256 { get; init; }

    /// <summary>The above plus the optimizer's and any other state that a step hands to the next.</summary>
    [Id(4), Key(4)] public required string StateSha256 { get; init; }

    /// <summary>Folder of the final checkpoint.</summary>
    [Id(5), Key(5)] public required string Checkpoint { get; init; }

    /// <summary>Training targets per second over the attempt, evaluation and start-up left out.</summary>
    [Id(6), Key(6)] public required double TokensPerSecond { get; init; }

    /// <summary>By the measures of the task, on the test part, or on what was held out; empty without any.</summary>
    [Id(7), Key(7)] public IReadOnlyList<JobScore> Scores { get; init; } = [];
}
