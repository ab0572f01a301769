using System.Collections.Concurrent;

namespace Orleans.Standin.Serialization;

/// <summary>
/// Values that are declared by a collection interface and whose own type has no copier, such as collection expressions and
/// queries, arrive as a list, a set or a dictionary (InterfaceCollectionCodecs.cs).
/// </summary>
internal static class DeclaredCollections
{
    private static readonly ConcurrentDictionary<Type, Copier?> Made = new();

    private static readonly Dictionary<Type, Type> Interfaces = new()
    {
        [typeof(IEnumerable<>)] = typeof(ToListCopier<>),
        [typeof(IReadOnlyCollection<>)] = typeof(ToListCopier<>),
        [typeof(IReadOnlyList<>)] = typeof(ToListCopier<>),
        [typeof(ICollection<>)] = typeof(ToListCopier<>),
        [typeof(IList<>)] = typeof(ToListCopier<>),
        [typeof(ISet<>)] = typeof(ToHashSetCopier<>),
        [typeof(IReadOnlySet<>)] = typeof(ToHashSetCopier<>),
        [typeof(IDictionary<,>)] = typeof(ToDictionaryCopier<,>),
        [typeof(IReadOnlyDictionary<,>)] = typeof(ToDictionaryCopier<,>),
    };

    /// <summary>The copier of values that are declared as this type; null when it is no collection interface.</summary>
    public static Copier? Find(Type declared) => declared.IsInterface ? Made.GetOrAdd(declared, Make) : null;

    private static Copier? Make(Type declared) =>
        declared.IsGenericType && Interfaces.TryGetValue(declared.GetGenericTypeDefinition(), out Type? copier)
            ? (Copier)Activator.CreateInstance(copier.MakeGenericType(declared.GetGenericArguments()))!
            : null;

    private sealed class ToListCopier<T> : Copier
    {
        public override object Copy(object value, CopyContext context)
        {
            var copy = new List<T>();
            context.Record(value, copy);
            copy.AddRange(((IEnumerable<T>)value).Select(context.Copy));
            return copy;
        }
    }

    private sealed class ToHashSetCopier<T> : Copier
    {
        public override object Copy(object value, CopyContext context)
        {
            var copy = new HashSet<T>();
            context.Record(value, copy);
            copy.UnionWith(((IEnumerable<T>)value).Select(context.Copy));
            return copy;
        }
    }

    private sealed class ToDictionaryCopier<TKey, TValue> : Copier
        where TKey : notnull
    {
        public override object Copy(object value, CopyContext context)
        {
            var copy = new Dictionary<TKey, TValue>();
            context.Record(value, copy);
            foreach ((TKey key, TValue item) in (IEnumerable<KeyValuePair<TKey, TValue>>)value)
            {
                copy[context.Copy(key)] = context.Copy(item);
            }

            return copy;
        }
    }
}
