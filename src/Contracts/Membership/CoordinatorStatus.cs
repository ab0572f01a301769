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
}
