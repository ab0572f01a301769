using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>One line of a worker's log.</summary>
/// <param name="UnixMs">When, milliseconds since 1970 UTC, by the worker's clock.</param>
/// <param name="Level"><c>information</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Text">Without a line break, at most <see cref="WireProtocol.MaximumLogLineLength"/> characters.</param>
[MessagePackObject]
public readonly record struct WorkerLogLine(
    [property: Key(0)] long UnixMs,
    [property: Key(1)] string Level,
    [property: Key(2)] string Text);
