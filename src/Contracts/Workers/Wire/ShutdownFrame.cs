using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>The silo stops. A worker of its own exits; another one goes on training and connects again.</summary>
[MessagePackObject]
public sealed record ShutdownFrame : SiloFrame
{
    [Key(0)] public required string Reason { get; init; }
}
