using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Grains.Jobs;

/// <summary>The list of jobs, kept in the job index; holds nothing itself.</summary>
public sealed class JobDirectoryGrain(IJobIndex index) : Grain, IJobDirectoryGrain
{
    /// <summary>The most ids in one answer.</summary>
    public const int ListLimit = 1_000;

    /// <inheritdoc/>
    public Task Add(string jobId, DateTimeOffset submittedAt) => index.Add(jobId, submittedAt);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> List(int limit) => index.List(Math.Clamp(limit, 0, ListLimit));
}
