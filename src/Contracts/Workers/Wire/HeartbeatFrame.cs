using MessagePack;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>Sent each <see cref="WireProtocol.HeartbeatInterval"/>, whatever the engine does.</summary>
[MessagePackObject]
public sealed record HeartbeatFrame : WorkerFrame
{
    /// <summary>
    /// Version of the last <see cref="AssignmentFrame"/> that the worker acts on, or 0 while it has nothing to do; the silo sends
    /// the due one again when this is another one.
    /// </summary>
    [Key(0)] public required long AssignmentVersion { get; init; }

    /// <summary>Where the worker is in its assignment; null without one.</summary>
    [Key(1)] public required MemberReport? Report { get; init; }
}
