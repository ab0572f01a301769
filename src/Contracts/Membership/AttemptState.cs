namespace SeqCluster.Contracts.Membership;

/// <summary>Where an attempt is.</summary>
public enum AttemptState
{
    /// <summary>No attempt was started yet.</summary>
    None,

    /// <summary>A generation is stored; not all members train yet.</summary>
    Forming,

    Training,

    /// <summary>All members are done and agree on the result. Final.</summary>
    Succeeded,

    /// <summary>The members are gone or a peer was lost: another attempt may be started. Final.</summary>
    Lost,

    /// <summary>A fault that another attempt would repeat. Final.</summary>
    Failed,

    /// <summary>Stopped on request, without a checkpoint. Final.</summary>
    Stopped,

    /// <summary>Asked to stop at a common step boundary with a checkpoint; the members have not all done so yet.</summary>
    Yielding,

    /// <summary>All members stopped at one step boundary and left a checkpoint of it. Final.</summary>
    Yielded,

    /// <summary>A member is lost, or others are to take part: the members leave the group with their state, and say where they are.</summary>
    Regrouping,
}
