using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Sdk;

/// <summary>Questions that every reader of a job's status asks.</summary>
public static class JobStatusExtensions
{
    /// <summary>Whether the job has come to its end: nothing about it changes any more.</summary>
    public static bool IsFinal(this JobStatus status) => status.State is JobState.Completed or JobState.Failed or JobState.Cancelled;
}
