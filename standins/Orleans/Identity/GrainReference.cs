using System.Reflection;
using Orleans.Standin.Calls;
using Orleans.Standin.Hosting;

namespace Orleans.Runtime;

/// <summary>A typed reference: it implements the contract, and each call on it becomes a message to its target.</summary>
public class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
{
    private SiloRuntime? runtime;
    private GrainId grainId;

    /// <summary>Whom the reference points to.</summary>
    public GrainId GrainId => grainId;

    internal SiloRuntime Runtime => runtime ?? throw new InvalidOperationException("A grain reference is made by a grain factory only.");

    internal static object Create(SiloRuntime runtime, GrainId grainId, Type contract)
    {
        var reference = (GrainReference)DispatchProxy.Create(contract, typeof(GrainReference));
        reference.runtime = runtime;
        reference.grainId = grainId;
        return reference;
    }

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && grainId == other.grainId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainReference other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => grainId.GetHashCode();

    /// <summary>The target's identity.</summary>
    public override string ToString() => $"GrainReference:{grainId}";

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Runtime.Outgoing.Invoke(this, GrainMethod.Of(targetMethod!), args ?? []);
}
