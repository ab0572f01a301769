using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Standin.Activations;

namespace Orleans;

/// <summary>The base class of grains: single-threaded objects with an identity that the runtime activates on demand.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>A grain is constructed by the runtime, inside its own activation.</summary>
    protected Grain() => GrainContext = RuntimeContext.Current!;

    /// <summary>The activation that this object lives in.</summary>
    public IGrainContext GrainContext { get; }

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>The services of this activation.</summary>
    protected IServiceProvider ServiceProvider => RequireContext().ActivationServices;

    /// <summary>Runs before the first call; a failure is thrown to every caller that waits, and the next call tries again.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call of this activation. A crash skips it: do not rely on it, and do not write state in it.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation when its running calls are done; the waiting ones go to the next activation.</summary>
    protected void DeactivateOnIdle() => ((IGrainBase)this).DeactivateOnIdle();

    /// <summary>Keeps this activation from being collected for a while; a period of zero or less takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => ((Activation)RequireContext()).DelayDeactivation(timeSpan);

    private IGrainContext RequireContext() => GrainContext ?? throw new InvalidOperationException(
        "Grain was created outside of the Orleans creation process and no runtime was specified.");
}
