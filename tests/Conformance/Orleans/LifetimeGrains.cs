using Orleans;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

public interface ILifetimeGrain : IGrainWithStringKey
{
    Task<string> ActivationAsync();

    Task EndAsync();

    Task EndAndHoldAsync(string gate);

    Task DelayAsync(TimeSpan period);

    Task<string> InstanceNameAsync();
}

/// <summary>Tells its key's probe when it comes and goes.</summary>
public class LifetimeGrain(IGrainContext context) : Grain, ILifetimeGrain
{
    private readonly string activation = Guid.NewGuid().ToString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe.Of(this.GetPrimaryKeyString()).Tell("activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Of(this.GetPrimaryKeyString()).Tell($"deactivated {reason.ReasonCode} {reason.Exception is null} {reason.Description.Length > 0}");
        return Task.CompletedTask;
    }

    public Task<string> ActivationAsync() => Task.FromResult(activation);

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task EndAndHoldAsync(string gate)
    {
        context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "the test wants it"));
        Probe.Of(gate).Tell("entered");
        await Probe.Of(gate).Gate;
    }

    public Task DelayAsync(TimeSpan period)
    {
        DelayDeactivation(period);
        return Task.CompletedTask;
    }

    public Task<string> InstanceNameAsync() => Task.FromResult(
        $"{GrainContext.GrainInstance!.GetType().Name} {GrainContext.GrainId == this.GetGrainId()} {GrainReference.GrainId == context.GrainId}"
        + $" {ReferenceEquals(context.ActivationServices, ServiceProvider)} {context.Deactivated.IsCompleted}");
}

public interface IFragileGrain : IGrainWithStringKey
{
    Task<string> HelloAsync();
}

/// <summary>Fails to activate as often as its key says.</summary>
public class FragileGrain : Grain, IFragileGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe probe = Probe.Of(this.GetPrimaryKeyString());
        if (probe.IsSilent)
        {
            probe.Tell("failed");
            throw new InvalidDataException("Not this time.");
        }

        return Task.CompletedTask;
    }

    public Task<string> HelloAsync() => Task.FromResult("hello");
}

public interface IKeptGrain : IGrainWithStringKey
{
    Task<string> ActivationAsync();
}

[KeepAlive]
public class KeptGrain : Grain, IKeptGrain
{
    private readonly string activation = Guid.NewGuid().ToString();

    public Task<string> ActivationAsync() => Task.FromResult(activation);
}

[Alias("numbered")]
public interface INumberedGrain : IGrainWithIntegerKey
{
    Task<long> KeyAsync();
}

[GrainType("numbered-by-attribute")]
public class NumberedGrain : Grain, INumberedGrain
{
    public Task<long> KeyAsync() => Task.FromResult(this.GetPrimaryKeyLong());
}

public interface IGuidGrain : IGrainWithGuidKey
{
    Task<Guid> KeyAsync();
}

public class GuidGrain : Grain, IGuidGrain
{
    public Task<Guid> KeyAsync() => Task.FromResult(this.GetPrimaryKey());
}

public interface IBaseContract : IGrainWithStringKey
{
    Task<string> BaseAsync();
}

public interface IDerivedContract : IBaseContract
{
    Task<string> DerivedAsync(IDerivedContract? other);
}

public class DerivedContractGrain : Grain, IDerivedContract
{
    public Task<string> BaseAsync() => Task.FromResult("base");

    public async Task<string> DerivedAsync(IDerivedContract? other) =>
        other is null ? "derived" : await GrainFactory.GetGrain<IDerivedContract>(other.GetPrimaryKeyString()).BaseAsync();
}

/// <summary>A grain without the base class.</summary>
public interface IPlainGrain : IGrainWithStringKey
{
    Task<string> HelloAsync();

    Task EndAsync();
}

public class PlainGrain(IGrainContext context) : IGrainBase, IPlainGrain
{
    public IGrainContext GrainContext => context;

    public Task OnActivateAsync(CancellationToken token)
    {
        Probe.Of(GrainContext.GrainId.Key.ToString()).Tell("activated");
        return Task.CompletedTask;
    }

    public Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token)
    {
        Probe.Of(GrainContext.GrainId.Key.ToString()).Tell($"deactivated {reason}");
        return Task.CompletedTask;
    }

    public Task<string> HelloAsync() => Task.FromResult("hello");

    public Task EndAsync()
    {
        this.DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
