using SeqCluster.Contracts.Shards;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>Datasets and shards on a silo: who holds what, and what outlives the silo.</summary>
public sealed class DatasetTests
{
    private const string Manifest = "manifest-a";

    private static readonly DatasetDescription Dataset = new() { Kind = "text", Shards = [new("shard-a", 10), new("shard-b", 20)] };

    [Fact]
    public async Task Reports_OfSeveralPlaces_OutliveTheSilo()
    {
        await using TestCluster cluster = await TestCluster.Start();
        Assert.Null(await Grain(cluster).GetShards());
        await Grain(cluster).Register(Dataset);
        await Grain(cluster).Register(Dataset);
        await cluster.Grains.GetGrain<IDatasetGrain>("manifest-b").Register(new DatasetDescription { Kind = "text", Shards = [new("shard-of-another", 5)] });
        await Grain(cluster).Report(new CopyReport { Place = "silo", Verified = ["shard-a", "shard-b", "shard-of-another"] });
        await Grain(cluster).Report(new CopyReport { Place = "w-0", Verified = ["shard-a"], Damaged = [new("shard-a", "7 bytes")] });

        await cluster.StopSilo();
        await cluster.StartSilo();
        DatasetShards status = (await Grain(cluster).GetShards())!;
        Assert.Equal(("text", Manifest), (status.Kind, status.ManifestSha256));
        Assert.Equal(["shard-a", "shard-b"], status.Shards.Select(shard => shard.Sha256));
        Assert.Equal(["silo", "w-0"], status.Shards[0].Holders);
        Assert.Equal(["w-0: 7 bytes"], status.Shards[0].Damages);
        Assert.Equal((20, ShardState.Available), (status.Shards[1].SizeBytes, status.Shards[1].State));
        Assert.Equal(ShardState.Listed, (await cluster.Grains.GetGrain<IShardGrain>("shard-of-another").GetStatus()).State);
    }

    [Fact]
    public async Task Shard_OfTwoDatasets_IsOne()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Grain(cluster).Register(Dataset);
        IDatasetGrain other = cluster.Grains.GetGrain<IDatasetGrain>("manifest-b");
        await other.Register(new DatasetDescription { Kind = "text", Shards = [new("shard-b", 20), new("shard-b", 20)] });
        await Grain(cluster).Report(new CopyReport { Place = "w-0", Verified = ["shard-b"] });
        DatasetShards status = (await other.GetShards())!;
        Assert.All(status.Shards, shard => Assert.Equal(["w-0"], shard.Holders));
    }

    [Fact]
    public async Task Report_OfADatasetThatIsUnknown_IsRefusedByName()
    {
        await using TestCluster cluster = await TestCluster.Start();
        Exception fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain(cluster).Report(new CopyReport { Place = "w-0", Verified = ["shard-a"] }));
        Assert.Contains(Manifest, fault.Message, StringComparison.Ordinal);
    }

    private static IDatasetGrain Grain(TestCluster cluster) => cluster.Grains.GetGrain<IDatasetGrain>(Manifest);
}
