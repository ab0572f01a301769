using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Standin.Storage;

namespace Orleans.Hosting;

/// <summary>Registers stores that live as long as the process.</summary>
public static class MemoryGrainStorageSiloBuilderExtensions
{
    /// <summary>A store in memory under a name.</summary>
    public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name)
    {
        builder.Services.AddGrainStorage(name, (_, _) => new MemoryGrainStorage());
        return builder;
    }

    /// <summary>A store in memory for states that name none.</summary>
    public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder) =>
        builder.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
}
