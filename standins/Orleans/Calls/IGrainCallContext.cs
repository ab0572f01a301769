using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>A call on its way, as filters see it.</summary>
public interface IGrainCallContext
{
    /// <summary>The request.</summary>
    IInvokable Request { get; }

    /// <summary>The grain or observer object.</summary>
    object Grain { get; }

    /// <summary>Who calls; a client outside grains has an identity too.</summary>
    GrainId? SourceId { get; }

    /// <summary>Who is called.</summary>
    GrainId TargetId { get; }

    /// <summary>The contract's full name.</summary>
    string InterfaceName { get; }

    /// <summary>The method's name.</summary>
    string MethodName { get; }

    /// <summary>The contract's method.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>What the method returned; a filter may replace it.</summary>
    object? Result { get; set; }

    /// <summary>Goes on with the next filter, or with the method; throws what the method throws.</summary>
    Task Invoke();
}

/// <summary>A call at its target.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The target's activation.</summary>
    IGrainContext TargetContext { get; }

    /// <summary>The class's method.</summary>
    MethodInfo ImplementationMethod { get; }
}

/// <summary>A filter as a delegate.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);

/// <summary>Runs around each call at its target: those of the silo first, then the grain itself when it implements this.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Does its part and awaits <see cref="IGrainCallContext.Invoke"/>, or does not, and then the grain is not called.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}
