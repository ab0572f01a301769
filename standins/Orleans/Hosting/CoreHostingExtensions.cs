using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Standin.Hosting;

namespace Orleans.Hosting;

/// <summary>How the silo finds its cluster.</summary>
public static class CoreHostingExtensions
{
    /// <summary>A cluster of one silo on this machine. The stand-in opens no port.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = 11111,
        int gatewayPort = 30000,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = ClusterOptions.DevelopmentId,
        string clusterId = ClusterOptions.DevelopmentId)
    {
        builder.Services.AddSingleton(new LocalhostCluster(siloPort, primarySiloEndpoint));
        if (serviceId == ClusterOptions.DevelopmentId && clusterId == ClusterOptions.DevelopmentId)
        {
            // What the application has set itself counts more than these defaults.
            builder.Services.PostConfigure<ClusterOptions>(options =>
            {
                options.ClusterId = string.IsNullOrWhiteSpace(options.ClusterId) ? clusterId : options.ClusterId;
                options.ServiceId = string.IsNullOrWhiteSpace(options.ServiceId) ? serviceId : options.ServiceId;
            });
            return builder;
        }

        return builder.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = serviceId;
            options.ClusterId = clusterId;
        });
    }
}
