using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Standin.Lifecycle;

namespace Orleans.Standin.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHostedService(
    StartChecks checks,
    SiloRuntime runtime,
    IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants,
    ILogger<SiloHostedService> logger) : IHostedService
{
    private readonly StageLifecycle lifecycle = new(logger);
    private IdleCollector? collector;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        checks.Run();
        foreach (ILifecycleParticipant<ISiloLifecycle> participant in participants)
        {
            participant.Participate(lifecycle);
        }

        lifecycle.Subscribe(
            "Grains", ServiceLifecycleStage.GrainDeactivation, _ => Task.CompletedTask, runtime.DeactivateAllAsync);
        collector = new IdleCollector(runtime, runtime.Collection);
        _ = collector.RunAsync();
        await lifecycle.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        collector?.Dispose();
        return lifecycle.StopAsync(cancellationToken);
    }
}
