using MessagePack;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>Sent at once at each change of phase; a heartbeat repeats it in case that it was lost.</summary>
[MessagePackObject]
public sealed record MemberReportFrame : WorkerFrame
{
    [Key(0)] public required MemberReport Report { get; init; }
}
