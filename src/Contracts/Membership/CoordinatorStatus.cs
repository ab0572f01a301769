using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Contracts.Membership;

/// <summary>The coordinator's view of the present attempt.</summary>
[GenerateSerializer, Immutable]
public sealed record CoordinatorStatus(
    int Attempt,
    int Generation,
    AttemptState State,
    string Reason,
    int Step,
    IReadOnlyList<MemberStatus> Members,
    JobResult? Result)
{
    /// <summary>The step of the checkpoint that another attempt would begin from; 0: it would begin anew.</summary>
    [Id(7)] public int CheckpointStep { get; init; }

    /// <summary>Workers that are to join, or are kept ready as hot spares.</summary>
    [Id(8)] public IReadOnlyList<MemberStatus> Invited { get; init; } = [];

    /// <summary>Ids of workers that this attempt does without from now on, because they are slow.</summary>
    [Id(9)] public IReadOnlyList<string> Excluded { get; init; } = [];
}
