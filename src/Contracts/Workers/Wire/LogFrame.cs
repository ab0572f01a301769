using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>Lines for people. Not acknowledged: they may be lost with the connection.</summary>
[MessagePackObject]
public sealed record LogFrame : WorkerFrame
{
    /// <summary>The job that the lines belong to; empty for the worker's own.</summary>
    [Key(0)] public required string JobId { get; init; }

    /// <summary>At most <see cref="WireProtocol.MaximumLogLines"/>.</summary>
    [Key(1)] public required IReadOnlyList<WorkerLogLine> Lines { get; init; }
}
