using System.Net;

namespace Orleans.Standin.Hosting;

/// <summary>What <c>UseLocalhostClustering</c> was asked for.</summary>
internal sealed record LocalhostCluster(int SiloPort, IPEndPoint? PrimarySilo)
{
    /// <summary>Whether the silo would join another one.</summary>
    public bool JoinsAnother => PrimarySilo is not null && !(IPAddress.IsLoopback(PrimarySilo.Address) && PrimarySilo.Port == SiloPort);
}
