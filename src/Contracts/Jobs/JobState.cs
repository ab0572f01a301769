namespace SeqCluster.Contracts.Jobs;

/// <summary>Where a job is in its life. Transitions: <c>docs/protocols/jobs.md</c>.</summary>
public enum JobState
{
    /// <summary>Accepted and stored; waiting for its turn.</summary>
    Queued,

    /// <summary>Workers are reserved and are being told their assignment.</summary>
    Scheduling,

    /// <summary>Members have joined a generation and train.</summary>
    Running,

    /// <summary>Holds no workers until it is resumed.</summary>
    Paused,

    /// <summary>All steps done and the final checkpoint written. Final.</summary>
    Completed,

    /// <summary>Stopped by a fault that a retry cannot mend. Final.</summary>
    Failed,

    /// <summary>Stopped by a person. Final.</summary>
    Cancelled,

    /// <summary>Its members are asked to stop at a step boundary with a checkpoint; then it is paused.</summary>
    Pausing,
}
