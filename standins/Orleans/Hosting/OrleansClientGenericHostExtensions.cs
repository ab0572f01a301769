using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Refuses clients of other processes.</summary>
public static class OrleansClientGenericHostExtensions
{
    /// <summary>Not on the stand-in: its silo is called from its own process.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static IHostApplicationBuilder UseOrleansClient(
        this IHostApplicationBuilder hostAppBuilder, Action<IClientBuilder> configureDelegate) =>
        throw new NotSupportedException("UseOrleansClient: the Orleans stand-in is one silo that is called from inside its process;"
            + " build with Substrate=nuget for clients of other processes, or use IGrainFactory of the silo's host.");
}
