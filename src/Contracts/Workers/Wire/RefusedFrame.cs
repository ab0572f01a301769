using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>The silo refuses the connection, or what came over it, and closes it.</summary>
[MessagePackObject]
public sealed record RefusedFrame : SiloFrame
{
    [Key(0)] public required string Reason { get; init; }

    /// <summary>Whether connecting again can help. If not (wrong version, replaced by a newer incarnation), the worker exits.</summary>
    [Key(1)] public required bool Retryable { get; init; }
}
