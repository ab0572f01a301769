using System.Net;
using SeqCluster.Silo.LocalWorkers;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Hosting;

/// <summary>What one silo process was asked for.</summary>
public sealed record SiloOptions
{
    /// <summary>Where the API and the worker gateway listen; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The folder of everything that it keeps.</summary>
    public required string Store { get; init; }

    /// <summary>Worker processes that it starts on this machine.</summary>
    public int Workers { get; init; }

    /// <summary>Their device: <c>cpu</c>, <c>cuda</c> (one GPU each) or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>It ends when this process does; 0 for none.</summary>
    public int ParentPid { get; init; }

    /// <summary>How workers are started; null: as they were built with the silo.</summary>
    public WorkerCommand? WorkerCommand { get; init; }

    /// <summary>The gateway's bounds.</summary>
    public GatewayOptions Gateway { get; init; } = new();
}
