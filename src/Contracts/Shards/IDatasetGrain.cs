namespace SeqCluster.Contracts.Shards;

/// <summary>
/// One prepared dataset, keyed by the SHA-256 of its manifest: which shards it has. What is known of a shard, its
/// <see cref="IShardGrain"/> knows, since datasets can share shards. Never reads or sends data.
/// </summary>
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Takes the manifest's list of shards. The name is the content's hash, so repeating it changes nothing.</summary>
    Task Register(DatasetDescription dataset);

    /// <summary>A place tells of copies that it has verified, or found damaged. Shards of other datasets are left out.</summary>
    /// <exception cref="InvalidOperationException">The dataset was never registered.</exception>
    Task Report(CopyReport report);

    /// <summary>The dataset with its shards; null when it was never registered.</summary>
    Task<DatasetShards?> GetShards();
}
