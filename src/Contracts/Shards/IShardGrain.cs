namespace SeqCluster.Contracts.Shards;

/// <summary>
/// One shard, keyed by its SHA-256: how large it is and which places hold a verified copy. Nobody asks it before a read: the
/// right to read is the generation's replica map. It says where a copy can be had, and what was found damaged.
/// </summary>
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Repeating it changes nothing.</summary>
    Task Register(long sizeBytes);

    /// <summary>A place holds the shard; it has computed the hash itself.</summary>
    Task CopyVerified(string place);

    /// <summary>A place found its copy to be something else; it is struck off the holders.</summary>
    Task CopyDamaged(string place, string detail);

    /// <summary>Where it is.</summary>
    Task<ShardStatus> GetStatus();
}
