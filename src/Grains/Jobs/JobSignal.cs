namespace SeqCluster.Grains.Jobs;

/// <summary>What can happen to a submitted job.</summary>
public enum JobSignal
{
    /// <summary>The scheduler has not reserved workers; its account says why.</summary>
    Waits,

    /// <summary>The scheduler has reserved workers.</summary>
    Reserved,

    /// <summary>The coordinator does not know the attempt.</summary>
    AttemptUnknown,

    /// <summary>The coordinator tells the members their assignment.</summary>
    AttemptForming,

    /// <summary>All members train.</summary>
    AttemptTraining,

    /// <summary>All members are done and agree.</summary>
    AttemptSucceeded,

    /// <summary>All members have stopped at a step boundary and left a checkpoint, as they were asked to.</summary>
    AttemptYielded,

    /// <summary>The attempt is over; another may be started.</summary>
    AttemptLost,

    /// <summary>The attempt is over, and too many before it came no further.</summary>
    AttemptsExhausted,

    /// <summary>The attempt met a fault that another would meet again.</summary>
    AttemptFailed,

    /// <summary>A person cancels.</summary>
    CancelAsked,

    /// <summary>A person pauses.</summary>
    PauseAsked,

    /// <summary>A person resumes.</summary>
    ResumeAsked,

    /// <summary>A person wants another number of workers.</summary>
    ScaleAsked,

    /// <summary>Coordinator and scheduler have let go of the workers.</summary>
    Freed,
}
