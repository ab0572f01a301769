using MessagePack;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>Sent each <see cref="WireProtocol.HeartbeatInterval"/>, whatever the engine does.</summary>
[MessagePackObject]
public sealed record HeartbeatFrame : WorkerFrame
{
    /// <summary>Version of the assignment that the worker acts on, 0 for none; the silo answers with the due one when it is older.</summary>
    [Key(0)] public required long AssignmentVersion { get; init; }

    /// <summary>Where the worker is in its assignment; null without one.</summary>
    [Key(1)] public required MemberReport? Report { get; init; }
}
