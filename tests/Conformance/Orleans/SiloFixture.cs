using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace SeqCluster.OrleansConformance;

/// <summary>A silo in this process, one for a test class. Derived fixtures configure it.</summary>
public class SiloFixture : IAsyncLifetime
{
    private IHost? host;

    /// <summary>The silo's host.</summary>
    public IHost Host => host ?? throw new InvalidOperationException("The fixture is not initialised.");

    /// <summary>References to grains.</summary>
    public IGrainFactory Grains => Host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Builds a host with a silo on free ports; it is not started.</summary>
    public static IHost Build(Action<ISiloBuilder> configure)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = Environments.Production });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: FreePort());
            configure(silo);
        });
        return builder.Build();
    }

    public async Task InitializeAsync()
    {
        host = Build(Configure);
        await host.StartAsync().Within("the silo starts");
    }

    public async Task DisposeAsync()
    {
        await Host.StopAsync().Within("the silo stops");
        Host.Dispose();
    }

    protected virtual void Configure(ISiloBuilder silo)
    {
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
