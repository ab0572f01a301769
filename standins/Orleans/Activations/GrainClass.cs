using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Standin.Storage;

namespace Orleans.Standin.Activations;

/// <summary>A grain class of the application: its name, its contracts, how it is constructed.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory factory;
    private readonly ParameterInfo[] facets;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? NameByConvention(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        IsKeptAlive = type.IsDefined(typeof(KeepAliveAttribute));
        ConstructorInfo[] constructors = type.GetConstructors();
        ConstructorInfo? constructor = constructors.Length == 1
            ? constructors[0]
            : Array.Find(constructors, c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)));
        facets = [.. (constructor?.GetParameters() ?? []).Where(p => p.IsDefined(typeof(PersistentStateAttribute)))];
        factory = ActivatorUtilities.CreateFactory(type, [.. facets.Select(p => p.ParameterType)]);
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    public bool IsKeptAlive { get; }

    public object Construct(Activation activation)
    {
        try
        {
            object[] states = Array.ConvertAll(facets, parameter => PersistentStates.Create(parameter, activation));
            return factory(activation.ActivationServices, states);
        }
        catch (Exception exception)
        {
            // As in DefaultGrainActivator.cs: callers see this one.
            throw new InvalidOperationException(
                $"Failed to create an instance of grain type '{Type}'. See {nameof(Exception.InnerException)} for details.", exception);
        }
    }

    // Orleans.Core/Manifest/GrainTypeResolver.cs: lower case, without the suffix "grain".
    private static string NameByConvention(Type type)
    {
        string name = type.Name.ToLowerInvariant();
        return name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;
    }
}
