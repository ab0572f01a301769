using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>The worker leaves on purpose and closes the connection after it.</summary>
[MessagePackObject]
public sealed record GoodbyeFrame : WorkerFrame
{
    [Key(0)] public required string Reason { get; init; }
}
