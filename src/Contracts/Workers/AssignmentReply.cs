namespace SeqCluster.Contracts.Workers;

/// <summary>What a worker slot says to an assignment.</summary>
public enum AssignmentReply
{
    /// <summary>Stored, and pushed to the worker.</summary>
    Accepted,

    /// <summary>Stored by nobody: that incarnation is not connected now. It may come back.</summary>
    Absent,

    /// <summary>Another incarnation holds the slot: that one never comes back.</summary>
    Replaced,

    /// <summary>Another job's work has not been taken away yet: ask again.</summary>
    Busy,

    /// <summary>A later attempt or generation of the job has been there.</summary>
    Outdated,
}
