using Orleans.Configuration;
using Orleans.Standin.Hosting;

namespace Orleans.Standin.Activations;

/// <summary>Deactivates activations that nobody has used for the collection age.</summary>
internal sealed class IdleCollector(SiloRuntime runtime, GrainCollectionOptions options) : IDisposable
{
    // On the machine's clock, like the original's (ActivationCollector.cs): fake time does not age activations.
    private readonly PeriodicTimer timer = new(options.CollectionQuantum);

    public async Task RunAsync()
    {
        while (await timer.WaitForNextTickAsync())
        {
            foreach (Activation activation in runtime.Activations)
            {
                TimeSpan age = options.CollectionAge;
                if (!activation.Class.IsKeptAlive && activation.IsStale(age))
                {
                    activation.Deactivate(new DeactivationReason(
                        DeactivationReasonCode.ActivationIdle, $"Grain has been idle for longer than {age}."));
                }
            }
        }
    }

    public void Dispose() => timer.Dispose();
}
