using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Standin.Activations;

namespace Orleans.Standin.Hosting;

/// <summary>One a host: asking for Orleans again goes on with it.</summary>
internal sealed class SiloBuilder(IServiceCollection services, IConfiguration configuration) : ISiloBuilder
{
    public IServiceCollection Services => services;

    public IConfiguration Configuration => configuration;

    public static ISiloBuilder In(IServiceCollection services, IConfiguration configuration)
    {
        if (services.LastOrDefault(s => s.ServiceType == typeof(SiloBuilder))?.ImplementationInstance is SiloBuilder existing)
        {
            return existing;
        }

        var builder = new SiloBuilder(services, configuration);
        services.AddSingleton(builder);
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ApplicationParts>();
        services.AddSingleton<SiloRuntime>();
        services.AddSingleton<GrainFactory>();
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainFactory>());
        services.TryAddSingleton<IClusterClient>(provider => provider.GetRequiredService<GrainFactory>());
        services.AddScoped<ScopedActivation>();
        services.AddScoped<IGrainContext>(provider => provider.GetRequiredService<ScopedActivation>().Current
            ?? throw new InvalidOperationException("IGrainContext is a service of activations."));
        services.AddSingleton<StartChecks>();
        services.AddHostedService<SiloHostedService>();
        return builder;
    }
}
