using MessagePack;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>The first frame of a connection: who the worker is, and what it is doing already after a lost connection.</summary>
[MessagePackObject]
public sealed record HelloFrame : WorkerFrame
{
    /// <summary><see cref="WireProtocol.Version"/>. Stays member 0 in every version.</summary>
    [Key(0)] public required int ProtocolVersion { get; init; }

    [Key(1)] public required string WorkerId { get; init; }
    [Key(2)] public required string Incarnation { get; init; }
    [Key(3)] public required string HostId { get; init; }
    [Key(4)] public required string Device { get; init; }
    [Key(5)] public required string DataPlaneAddress { get; init; }
    [Key(6)] public required string Fingerprint { get; init; }

    /// <summary>Version of the assignment that it still holds; 0 when it holds none.</summary>
    [Key(7)] public required long AssignmentVersion { get; init; }

    /// <summary>The job of that assignment; empty when it holds none.</summary>
    [Key(8)] public required string JobId { get; init; }

    [Key(9)] public required int Attempt { get; init; }
    [Key(10)] public required int Generation { get; init; }

    /// <summary>As in <see cref="WorkerOffer.PortableFingerprint"/>.</summary>
    [Key(11)] public required string PortableFingerprint { get; init; }

    /// <summary>What the worker offers, as the scheduler takes it.</summary>
    [IgnoreMember]
    public WorkerOffer Offer => new(WorkerId, Incarnation, HostId, Device, DataPlaneAddress, Fingerprint) { PortableFingerprint = PortableFingerprint };
}
