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

    /// <summary>Assemblies from which these workers may load models: paths, or SHA-256.</summary>
    public IReadOnlyList<string> AllowedAssemblies { get; init; } = [];

    /// <summary>Whether nobody is let in without a token. Needed to listen beyond this machine.</summary>
    public bool Tokens { get; init; }

    /// <summary>Makes a client and a worker token at this start, for whom the old ones are lost.</summary>
    public bool NewTokens { get; init; }

    /// <summary>PEM file of the certificate for TLS, followed by those of intermediate authorities; empty for none.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>PEM file of the certificate's private key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Name or address by which other machines reach this one; empty: found out.</summary>
    public string Advertise { get; init; } = "";

    /// <summary>It ends when this process does; 0 for none.</summary>
    public int ParentPid { get; init; }

    /// <summary>How workers are started; null: as they were built with the silo.</summary>
    public WorkerCommand? WorkerCommand { get; init; }

    /// <summary>The gateway's bounds.</summary>
    public GatewayOptions Gateway { get; init; } = new();
}
