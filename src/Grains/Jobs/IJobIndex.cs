namespace SeqCluster.Grains.Jobs;

/// <summary>Which jobs there are, by submission. Implementations are safe for concurrent callers.</summary>
public interface IJobIndex
{
    /// <summary>Adding an id that is there changes nothing.</summary>
    Task Add(string jobId, DateTimeOffset submittedAt);

    /// <summary>Newest first, of equal times the greater id (ordinal) first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<string>> List(int limit);
}
