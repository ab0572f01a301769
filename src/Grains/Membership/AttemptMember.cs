using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Membership;

/// <summary>A member of the present generation, or a worker that is invited to the next one, and what is known of it.</summary>
[GenerateSerializer, Immutable]
public sealed record AttemptMember
{
    [Id(0)] public required WorkerOffer Worker { get; init; }
    /// <summary>−1 for one that is invited.</summary>
    [Id(1)] public required int Rank { get; init; }
    [Id(2)] public required int FirstReplica { get; init; }
    [Id(3)] public required int ReplicaCount { get; init; }
    [Id(4)] public MemberPhase Phase { get; init; } = MemberPhase.Assigned;

    /// <summary>The last completed step that it told of; −1 while it holds no state of the job.</summary>
    [Id(5)] public int Step { get; init; }

    /// <summary>Whether it has nothing more to do in this attempt: nobody needs it any longer.</summary>
    public bool HasEnded => Phase is MemberPhase.Done or MemberPhase.Yielded;

    /// <summary>Set when it is done.</summary>
    [Id(6)] public JobResult? Result { get; init; }

    /// <summary>Since when its slot says that it is not connected; null while it is.</summary>
    [Id(7)] public DateTimeOffset? AbsentSince { get; init; }

    /// <summary>It is out of the generation for good.</summary>
    [Id(8)] public bool IsGone { get; init; }

    /// <summary>The rank that it says it has lost.</summary>
    [Id(9)] public int? Accuses { get; init; }

    /// <summary>Its connection broke, and it has not been heard since.</summary>
    [Id(10)] public bool IsSuspect { get; init; }

    /// <summary>What one replica takes it, median of its last steps; 0 while unknown.</summary>
    [Id(11)] public double ReplicaMs { get; init; }

    /// <summary>Whether it was told to be a straggler.</summary>
    [Id(12)] public bool IsSlow { get; init; }

    /// <summary>The job may not keep it: it goes at a step boundary, as soon as enough others are there.</summary>
    [Id(13)] public bool Leaves { get; init; }

    /// <summary>Of one that is gone: its process, or its run, is known to have ended, so that it trains nowhere any more.</summary>
    [Id(14)] public bool IsDead { get; init; }

    /// <summary>Of one that has halted: what it holds of the optimizer's state (<see cref="MemberReport.Shares"/>).</summary>
    [Id(15)] public IReadOnlyList<StateShare> Shares { get; init; } = [];

    /// <summary>What it holds of the state of a step, or would hold if it counted the step that it has prepared; null for nothing.</summary>
    public StateShare? ShareOf(int step) => Shares.FirstOrDefault(share => share.Step == step);
}
