using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Silo.Api;

/// <summary>The API's way to submit a job, for clients inside the cluster. Needs what only the silo has: job files, data, the store.</summary>
internal sealed class SubmissionGrain(JobSubmissions submissions) : Grain, ISubmissionGrain
{
    /// <inheritdoc/>
    public async Task<SubmissionAnswer> Submit(JobSubmission submission)
    {
        if (!JobSubmissions.IsComplete(submission))
        {
            return new(null, "The submission has a fault.", ["must be without null"]);
        }

        var (status, faults, refusal) = await submissions.Submit(submission, GrainFactory, CancellationToken.None);
        return faults.Count > 0
            ? new(null, faults.Count == 1 ? "The submission has a fault." : $"The submission has {faults.Count} faults.", [.. faults.Select(static fault => fault.Text)])
            : new(status, refusal, []);
    }
}
