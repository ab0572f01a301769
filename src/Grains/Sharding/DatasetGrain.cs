using SeqCluster.Contracts.Shards;

namespace SeqCluster.Grains.Sharding;

/// <summary>
/// One dataset: keeps the manifest's list and passes on to the shards what is told of them. Shards are told before the list is
/// stored, so a dataset that is registered has shards that are.
/// </summary>
public sealed class DatasetGrain([PersistentState("dataset", ControlPlane.Storage)] IPersistentState<DatasetRecord> stored) : Grain, IDatasetGrain
{
    /// <inheritdoc/>
    public async Task Register(DatasetDescription dataset)
    {
        if (stored.State.Dataset is not null)
        {
            return;
        }

        await Task.WhenAll(dataset.Shards.DistinctBy(shard => shard.Sha256).Select(shard => ShardOf(shard.Sha256).Register(shard.SizeBytes)));
        stored.State.Dataset = dataset;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task Report(CopyReport report)
    {
        DatasetDescription dataset = stored.State.Dataset
            ?? throw new InvalidOperationException($"{report.Place} tells of dataset {this.GetPrimaryKeyString()}, which was never registered");
        HashSet<string> known = [.. dataset.Shards.Select(shard => shard.Sha256)];
        await Task.WhenAll(report.Damaged.Where(copy => known.Contains(copy.Sha256)).Select(copy => ShardOf(copy.Sha256).CopyDamaged(report.Place, copy.Detail)));

        // After the damages: a copy that was damaged and fetched again is told of in one report.
        await Task.WhenAll(report.Verified.Where(known.Contains).Distinct().Select(shard => ShardOf(shard).CopyVerified(report.Place)));
    }

    /// <inheritdoc/>
    public async Task<DatasetShards?> GetShards() => stored.State.Dataset is not { } dataset ? null : new DatasetShards
    {
        ManifestSha256 = this.GetPrimaryKeyString(),
        Kind = dataset.Kind,
        Shards = await Task.WhenAll(dataset.Shards.Select(shard => ShardOf(shard.Sha256).GetStatus())),
    };

    private IShardGrain ShardOf(string sha256) => GrainFactory.GetGrain<IShardGrain>(sha256);
}
