using System.Diagnostics;

namespace SeqCluster.Hosts.Tests;

/// <summary>How hosts are made and joined: network namespaces where rights allow, else addresses of loopback.</summary>
internal interface IHostWiring : IDisposable
{
    /// <summary>Whether hosts share neither network, shared memory nor folders.</summary>
    bool AreSeparate { get; }

    /// <summary>The address by which the others reach a host.</summary>
    string AddressOf(int host);

    /// <summary>What starts a program on a host.</summary>
    ProcessStartInfo On(int host, string program, IEnumerable<string> words);

    /// <summary>Cuts a host off from the others, without a word to anybody, or joins it again.</summary>
    void Cut(int host, bool isCut);
}
