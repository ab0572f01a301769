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

    /// <summary>The last member has begun to train, and all know already that they shall yield.</summary>
    AllYielding,

    /// <summary>All members are done, with equal hashes.</summary>
    Agreed,

    /// <summary>All members are done, with different hashes.</summary>
    Disagreed,

    /// <summary>A member cannot use the checkpoint that the attempt begins from.</summary>
    CheckpointDamaged,

    /// <summary>A member gave up for a reason that would come again.</summary>
    MemberFailed,

    /// <summary>Two reports of one step differ.</summary>
    ReportContradicted,

    /// <summary>A member is gone, or says that it has lost another; somebody is left that keeps the state.</summary>
    MemberLost,

    /// <summary>A member is gone, and nobody is left that keeps the state.</summary>
    NoneLeft,

    /// <summary>Other workers shall take part.</summary>
    RegroupAsked,

    /// <summary>Members that are asked to leave the group have not answered in time.</summary>
    StatusOverdue,

    /// <summary>All members have left the group, and there are enough for the next one.</summary>
    Formed,

    /// <summary>The job wants the members to stop at a step boundary with a checkpoint.</summary>
    YieldAsked,

    /// <summary>It wants that while a later generation than the first is not complete.</summary>
    YieldPostponed,

    /// <summary>All members have stopped at the step boundary.</summary>
    AllYielded,

    /// <summary>They have not within <see cref="CoordinatorMachine.YieldLimit"/>.</summary>
    YieldOverdue,

    /// <summary>The job stops this attempt.</summary>
    StopAsked,

    /// <summary>The job stops an attempt that was not started here: it never will be.</summary>
    StoppedAhead,
}
