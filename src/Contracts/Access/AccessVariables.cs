namespace SeqCluster.Contracts.Access;

/// <summary>The environment variables that say how a silo is reached; clients and workers read the same ones.</summary>
public static class AccessVariables
{
    /// <summary>The silo's URL.</summary>
    public const string Silo = "SEQCLUSTER_SILO";

    /// <summary>The token: a client's for clients, a worker's for workers. Not in a list of processes, unlike an argument.</summary>
    public const string Token = "SEQCLUSTER_TOKEN";

    /// <summary>A PEM file with the authorities that may have signed the silo's certificate.</summary>
    public const string Authority = "SEQCLUSTER_CA";

    /// <summary>The SHA-256 fingerprint of the one certificate that is the silo's.</summary>
    public const string Fingerprint = "SEQCLUSTER_FINGERPRINT";

    /// <summary>A client token that the silo takes from outside, for example from a Kubernetes Secret.</summary>
    public const string ClientToken = "SEQCLUSTER_CLIENT_TOKEN";

    /// <summary>A worker token that the silo takes from outside.</summary>
    public const string WorkerToken = "SEQCLUSTER_WORKER_TOKEN";

    /// <summary>A token that the silo takes from outside, for reading <c>/metrics</c> and nothing else.</summary>
    public const string MetricsToken = "SEQCLUSTER_METRICS_TOKEN";
}
