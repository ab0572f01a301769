using SeqCluster.Client.Sdk;

namespace SeqCluster.GrainClient.Tests;

/// <summary>By HTTP.</summary>
public sealed class HttpClientTests(ClientSilo silo) : ClientTests(silo), IClassFixture<ClientSilo>, IDisposable
{
    private SeqClusterClient? client;

    public void Dispose() => client?.Dispose();

    protected override ISeqClusterClient Connect(ClientSilo to) => client = new SeqClusterClient(to.Host.Url);
}
