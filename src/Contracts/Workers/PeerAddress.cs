using MessagePack;

namespace SeqCluster.Contracts.Workers;

/// <summary>How a member reaches another one.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record PeerAddress
{
    [Id(0), Key(0)] public required string WorkerId { get; init; }
    [Id(1), Key(1)] public required string Incarnation { get; init; }

    /// <summary>Members with an equal one can share memory.</summary>
    [Id(2), Key(2)] public required string HostId { get; init; }

    /// <summary><c>host:port</c>.</summary>
    [Id(3), Key(3)] public required string DataPlaneAddress { get; init; }
}
