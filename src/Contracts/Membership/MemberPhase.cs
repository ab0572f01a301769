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

    /// <summary>It stopped at the step boundary that all agreed upon, because it was asked to.</summary>
    Yielded,

    /// <summary>It fetches the dataset from the silo; it prepares itself afterwards.</summary>
    Fetching,

    /// <summary>It has left the generation's group, keeps its state, and waits for the next generation.</summary>
    Halted,

    /// <summary>A worker that is to join has model and data, and waits to be taken into a generation.</summary>
    Prepared,

    /// <summary>Its run has ended because the work was taken away or another came in its place: it trains this attempt no more.</summary>
    Stopped,
}
