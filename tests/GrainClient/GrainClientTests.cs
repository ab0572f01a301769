using SeqCluster.Client.Sdk;

namespace SeqCluster.GrainClient.Tests;

/// <summary>By Orleans, as a host inside the cluster.</summary>
public sealed class GrainClientTests(ClientSilo silo) : ClientTests(silo), IClassFixture<ClientSilo>
{
    [Fact]
    public async Task Cluster_ThatIsGone_IsSaidToBeUnreachable()
    {
        var gone = new ClientSilo();
        await gone.InitializeAsync();
        var client = Connect(gone);
        await client.GetJobsAsync();
        await gone.DisposeAsync();
        await Assert.ThrowsAsync<SiloUnreachableException>(() => client.GetJobsAsync());
    }

    protected override ISeqClusterClient Connect(ClientSilo to) => new SeqClusterGrainClient(to.Get<IClusterClient>());
}
