using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Standin.Serialization;

/// <summary>Finds the copier of a type, and tells why a type has none.</summary>
internal static class Copiers
{
    private static readonly ConcurrentDictionary<Type, Copier?> Made = new();

    private static readonly Dictionary<Type, Type> Collections = new()
    {
        [typeof(List<>)] = typeof(ListCopier<>),
        [typeof(HashSet<>)] = typeof(HashSetCopier<>),
        [typeof(Queue<>)] = typeof(QueueCopier<>),
        [typeof(Stack<>)] = typeof(StackCopier<>),
        [typeof(SortedSet<>)] = typeof(SortedSetCopier<>),
        [typeof(Dictionary<,>)] = typeof(DictionaryCopier<,>),
        [typeof(SortedDictionary<,>)] = typeof(SortedDictionaryCopier<,>),
        [typeof(SortedList<,>)] = typeof(SortedListCopier<,>),
        [typeof(ConcurrentDictionary<,>)] = typeof(ConcurrentDictionaryCopier<,>),
        [typeof(ReadOnlyCollection<>)] = typeof(ReadOnlyCollectionCopier<>),
        [typeof(ReadOnlyDictionary<,>)] = typeof(ReadOnlyDictionaryCopier<,>),
        [typeof(ImmutableArray<>)] = typeof(ImmutableArrayCopier<>),
        [typeof(ImmutableList<>)] = typeof(ImmutableListCopier<>),
        [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSetCopier<>),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryCopier<,>),
        [typeof(ImmutableSortedDictionary<,>)] = typeof(ImmutableSortedDictionaryCopier<,>),
    };

    /// <exception cref="CodecNotFoundException">Values of the type cannot travel.</exception>
    public static Copier Of(Type type) =>
        Find(type) ?? throw new CodecNotFoundException($"Could not find a copier for type {type}.");

    /// <summary>The copier of a type; null when there is none.</summary>
    /// <exception cref="CodecNotFoundException">The type is annotated, but not as it must be.</exception>
    public static Copier? Find(Type type) => Made.TryGetValue(type, out Copier? copier) ? copier : Made.GetOrAdd(type, Make);

    /// <summary>Why values declared as this type cannot travel; null when they can.</summary>
    public static string? Refusal(Type type) => Refusal(type, []);

    private static string? Refusal(Type type, HashSet<Type> visited)
    {
        if (!visited.Add(type) || type.ContainsGenericParameters || Shallow.Is(type) || type == typeof(object))
        {
            return null;
        }

        if (typeof(IAddressable).IsAssignableFrom(type) && type.IsInterface)
        {
            return null;
        }

        if (IsAnnotated(type))
        {
            return AnnotatedMembers.Refusal(type) ?? FirstRefusal(AnnotatedMembers.TypesIn(type), visited);
        }

        if (type.IsArray)
        {
            return Refusal(type.GetElementType()!, visited);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Refusal(underlying, visited);
        }

        if (IsCollection(type) || IsTuple(type) || (type.IsGenericType && type.IsInterface))
        {
            return FirstRefusal(type.GetGenericArguments(), visited);
        }

        // What is declared by an open type is judged by the value that comes.
        return type.IsInterface || type.IsAbstract ? null : $"Type: {type} has no serializer or copier";
    }

    private static string? FirstRefusal(IEnumerable<Type> types, HashSet<Type> visited) =>
        types.Select(type => Refusal(type, visited)).FirstOrDefault(refusal => refusal is not null);

    private static Copier? Make(Type type)
    {
        if (Shallow.Is(type) || type == typeof(object) || type.IsDefined(typeof(ImmutableAttribute), inherit: false))
        {
            return IdentityCopier.Instance;
        }

        if (IsAnnotated(type))
        {
            return AnnotatedMembers.Refusal(type) is { } refusal
                ? throw new CodecNotFoundException(refusal)
                : new AnnotatedCopier(type);
        }

        if (type.IsSZArray)
        {
            return (Copier)Activator.CreateInstance(typeof(ArrayCopier<>).MakeGenericType(type.GetElementType()!))!;
        }

        if (type.IsArray && Shallow.Is(type.GetElementType()!))
        {
            return new ArrayOfRanksCopier();
        }

        if (IsTuple(type))
        {
            return new FieldsCopier(type);
        }

        if (IsCollection(type))
        {
            Type copier = Collections[type.GetGenericTypeDefinition()].MakeGenericType(type.GetGenericArguments());
            return (Copier)Activator.CreateInstance(copier)!;
        }

        return null;
    }

    private static bool IsAnnotated(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private static bool IsCollection(Type type) =>
        type.IsGenericType && Collections.ContainsKey(type.GetGenericTypeDefinition());

    private static bool IsTuple(Type type) => type.IsGenericType
        && (type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
            || type.FullName.StartsWith("System.Tuple`", StringComparison.Ordinal)
            || type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));
}
