namespace SeqCluster.Contracts.Jobs;

/// <summary>The list of all jobs, key <c>all</c>. Knows ids and submission order, nothing else.</summary>
public interface IJobDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Idempotent. Called by the job grain when it is submitted.</summary>
    Task Add(string jobId, DateTimeOffset submittedAt);

    /// <summary>Newest first, at most <paramref name="limit"/> ids.</summary>
    Task<IReadOnlyList<string>> List(int limit);
}
