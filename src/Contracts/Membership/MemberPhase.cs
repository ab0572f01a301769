namespace SeqCluster.Contracts.Membership;

/// <summary>What a member is doing.</summary>
public enum MemberPhase
{
    Assigned,
    Preparing,
    Connecting,
    Training,
    Evaluating,
    Saving,
    Done,
    Faulted,
}
