using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Hosting;

/// <summary>
/// What the grains need of a silo besides its stores: <see cref="Jobs.IJobEvents"/>, <see cref="Jobs.IJobIndex"/>,
/// <see cref="Metrics.IMetricsStore"/>, the grain storage <see cref="ControlPlane.Storage"/> and a reminder table are
/// registered by the silo.
/// </summary>
public static class ControlPlaneHosting
{
    /// <summary>Sets the grains' options; a missing checkpoint folder stops the silo at its start.</summary>
    public static IServiceCollection AddSeqClusterGrains(this IServiceCollection services, Action<MembershipOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MembershipOptions>()
            .Configure(configure)
            .Validate(options => Path.IsPathRooted(options.CheckpointFolder), "CheckpointFolder: must be a full path")
            .ValidateOnStart();
        return services;
    }
}
