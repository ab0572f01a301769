namespace SeqCluster.Contracts.Jobs;

/// <summary>
/// Takes submissions of clients inside the cluster and checks them as the API does. Each key takes one at a time, so a client
/// uses a new one; the grain keeps nothing.
/// </summary>
public interface ISubmissionGrain : IGrainWithStringKey
{
    /// <summary>Checks the submission whole, prepares its data where that is asked for, and submits the job.</summary>
    Task<SubmissionAnswer> Submit(JobSubmission submission);
}
