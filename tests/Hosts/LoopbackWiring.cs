using System.Diagnostics;

namespace SeqCluster.Hosts.Tests;

/// <summary>Hosts as addresses 127.0.0.2, 127.0.0.3 … of this machine: they share its memory and its disk.</summary>
internal sealed class LoopbackWiring : IHostWiring
{
    public bool AreSeparate => false;

    public string AddressOf(int host) => $"127.0.0.{host + 2}";

    public ProcessStartInfo On(int host, string program, IEnumerable<string> words) => new(program, words);

    public void Cut(int host, bool isCut) => throw new NotSupportedException("loopback cannot be cut");

    public void Dispose()
    {
    }
}
