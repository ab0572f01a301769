namespace SeqCluster.Grains.Membership;

/// <summary>What can happen to an attempt.</summary>
public enum CoordinatorSignal
{
    /// <summary>The job starts a later attempt.</summary>
    Started,

    /// <summary>A member tells where it is; not all train yet, or all still do.</summary>
    Progressed,

    /// <summary>The last member has begun to train.</summary>
    AllTraining,

    /// <summary>All members are done, with equal hashes.</summary>
    Agreed,

    /// <summary>All members are done, with different hashes.</summary>
    Disagreed,

    /// <summary>A member gave up for a reason that another attempt can mend.</summary>
    MemberFaulted,

    /// <summary>A member gave up for a reason that another attempt would meet again.</summary>
    MemberFailed,

    /// <summary>A member is gone.</summary>
    MemberLost,

    /// <summary>The job wants the members to stop at a step boundary with a checkpoint.</summary>
    YieldAsked,

    /// <summary>All members have stopped at the step boundary.</summary>
    AllYielded,

    /// <summary>They have not within <see cref="CoordinatorMachine.YieldLimit"/>.</summary>
    YieldOverdue,

    /// <summary>The job stops this attempt.</summary>
    StopAsked,

    /// <summary>The job stops an attempt that was not started here: it never will be.</summary>
    StoppedAhead,
}
