using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>A <see cref="HeartbeatFrame"/> has come: how a worker knows that the silo hears it.</summary>
[MessagePackObject]
public sealed record HeartbeatAckFrame : SiloFrame
{
    /// <summary>As the heartbeat named it.</summary>
    [Key(0)] public required long AssignmentVersion { get; init; }
}
