using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Standin.Activations;

namespace Orleans.Standin.Hosting;

/// <summary>
/// The application's grain classes, contracts and wire types: those of all assemblies that refer to this one, loaded or
/// reachable from the loaded ones. The original lists them by generated attributes of the same assemblies.
/// </summary>
internal sealed class ApplicationParts
{
    private readonly Dictionary<GrainType, GrainClass> classes = [];
    private readonly ConcurrentDictionary<(Type, string?), GrainClass> resolved = new();

    public ApplicationParts()
    {
        Type[] types = [.. ApplicationAssemblies().SelectMany(TypesOf)];
        Contracts = [.. types.Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];
        WireTypes = [.. types.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];
        foreach (Type type in types.Where(IsGrainClass))
        {
            var grainClass = new GrainClass(type);
            if (!classes.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException($"The grain classes {classes[grainClass.GrainType].Type} and {type} are both"
                    + $" named \"{grainClass.GrainType}\": give one of them a [GrainType].");
            }
        }
    }

    public IReadOnlyList<Type> Contracts { get; }

    public IReadOnlyList<Type> WireTypes { get; }

    /// <exception cref="ArgumentException">There is no class of the name.</exception>
    public GrainClass ClassOf(GrainType type) => classes.TryGetValue(type, out GrainClass? known)
        ? known
        : throw new ArgumentException($"Could not find an implementation for grain type {type}");

    /// <exception cref="ArgumentException">No class, or more than one, has the contract.</exception>
    public GrainClass ClassFor(Type contract, string? prefix) => resolved.GetOrAdd((contract, prefix), static (key, self) =>
    {
        (Type contract, string? prefix) = key;
        GrainClass[] all = [.. self.classes.Values.Where(c => contract.IsAssignableFrom(c.Type)
            && (prefix is null || c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)))];
        return all.Length switch
        {
            1 => all[0],
            0 => throw new ArgumentException($"Could not find an implementation for interface {contract.FullName}"),
            _ => Array.Find(all, c => contract.Name == "I" + c.Type.Name) ?? throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {contract.FullName}."
                + $" Candidates: {string.Join(", ", all.Select(c => c.GrainType))}"),
        };
    }, this);

    private static bool IsGrainClass(Type type) => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }
        && typeof(IGrainBase).IsAssignableFrom(type);

    private static IEnumerable<Assembly> ApplicationAssemblies()
    {
        Assembly own = typeof(ApplicationParts).Assembly;
        string ownName = own.GetName().Name!;
        var seen = new HashSet<string>();
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic));
        while (open.TryDequeue(out Assembly? assembly))
        {
            if (!seen.Add(assembly.FullName!))
            {
                continue;
            }

            AssemblyName[] references = assembly.GetReferencedAssemblies();
            if (assembly == own || Array.Exists(references, reference => reference.Name == ownName))
            {
                yield return assembly;
            }

            foreach (AssemblyName reference in references.Where(r => !IsPlatform(r.Name!) && !seen.Contains(r.FullName)))
            {
                if (TryLoad(reference) is { } loaded)
                {
                    open.Enqueue(loaded);
                }
            }
        }
    }

    private static bool IsPlatform(string name) =>
        name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
        || name is "mscorlib" or "netstandard";

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            return partly.Types.OfType<Type>();
        }
    }
}
