namespace Orleans.Configuration;

/// <summary>The names of the cluster and of the service.</summary>
public class ClusterOptions
{
    internal const string DevelopmentId = "dev";

    /// <summary>The cluster: silos of one cluster know each other.</summary>
    public string ClusterId { get; set; } = "default";

    /// <summary>The service: its stored state outlives clusters.</summary>
    public string ServiceId { get; set; } = "default";
}
