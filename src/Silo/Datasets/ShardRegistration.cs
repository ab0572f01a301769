using SeqCluster.Contracts.Shards;

namespace SeqCluster.Silo.Datasets;

/// <summary>Tells the grains which shards a dataset of this silo has, before a job that names it exists.</summary>
internal sealed class ShardRegistration(DatasetLibrary library, IGrainFactory grains)
{
    private const string Silo = "silo";

    /// <summary>Registers a whole dataset; one that is not here is left to whoever looks for it.</summary>
    public async Task Register(string dataset)
    {
        if (library.Describe(dataset) is not { } description)
        {
            return;
        }

        var grain = grains.GetGrain<IDatasetGrain>(dataset);
        await grain.Register(description);
        if (library.HasVerified(dataset))
        {
            await grain.Report(new CopyReport { Place = Silo, Verified = [.. description.Shards.Select(static shard => shard.Sha256)] });
        }
    }
}
