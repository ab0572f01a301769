namespace SeqCluster.Hosts.Tests;

/// <summary>Machines of a test on one network: namespaces where rights allow, else addresses of loopback. All of it is gone at the end.</summary>
public sealed class HostNetwork : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-hosts-").FullName;
    private readonly IHostWiring wiring;

    /// <summary>Makes them.</summary>
    /// <param name="hosts">How many.</param>
    /// <param name="shape">Of the link of each; needs namespaces.</param>
    public HostNetwork(int hosts, LinkShape? shape = null)
    {
        List<string> folders = [.. Enumerable.Range(1, hosts).Select(host => Directory.CreateDirectory(Path.Combine(folder, $"host{host}")).FullName)];
        wiring = Obstacle.Length == 0 ? new NamespaceWiring(folders, shape ?? LinkShape.None) : new LoopbackWiring();
        Hosts = [.. folders.Select((place, host) => new TestHost(wiring, host, place))];
    }

    /// <summary>Why hosts cannot be separate on this machine; empty when they are.</summary>
    public static string Obstacle => NamespaceWiring.Obstacle;

    /// <summary>Whether they share neither network, shared memory nor folders.</summary>
    public bool AreSeparate => wiring.AreSeparate;

    public IReadOnlyList<TestHost> Hosts { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        wiring.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
