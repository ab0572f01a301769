using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Standin.Activations;

/// <summary>The service scope of an activation; <see cref="IGrainContext"/> resolves to the activation in it.</summary>
internal sealed class AsyncServiceScopeHolder : IAsyncDisposable
{
    private readonly AsyncServiceScope scope;

    public AsyncServiceScopeHolder(IServiceProvider services, Activation activation)
    {
        scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ScopedActivation>().Current = activation;
    }

    public IServiceProvider Services => scope.ServiceProvider;

    public ValueTask DisposeAsync() => scope.DisposeAsync();
}

/// <summary>Tells a service scope which activation it belongs to.</summary>
internal sealed class ScopedActivation
{
    public Activation? Current { get; set; }
}
