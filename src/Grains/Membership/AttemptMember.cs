using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Membership;

/// <summary>A member of the present generation and what is known of it.</summary>
[GenerateSerializer, Immutable]
public sealed record AttemptMember
{
    [Id(0)] public required WorkerOffer Worker { get; init; }
    [Id(1)] public required int Rank { get; init; }
    [Id(2)] public required int FirstReplica { get; init; }
    [Id(3)] public required int ReplicaCount { get; init; }
    [Id(4)] public MemberPhase Phase { get; init; } = MemberPhase.Assigned;

    /// <summary>The last completed step that it told of.</summary>
    [Id(5)] public int Step { get; init; }

    /// <summary>Whether it has nothing more to do in this attempt: nobody needs it any longer.</summary>
    public bool HasEnded => Phase is MemberPhase.Done or MemberPhase.Yielded;

    /// <summary>Set when it is done.</summary>
    [Id(6)] public JobResult? Result { get; init; }

    /// <summary>Since when its slot says that it is not connected; null while it is.</summary>
    [Id(7)] public DateTimeOffset? AbsentSince { get; init; }
}
