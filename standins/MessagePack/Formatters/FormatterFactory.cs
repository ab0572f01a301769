using System.Runtime.CompilerServices;
using MessagePack.Objects;

namespace MessagePack.Formatters;

/// <summary>
/// Finds or builds the formatter of a type, in the original's order: built-in, enum, generic collections and tuples,
/// union, annotated object.
/// </summary>
internal static class FormatterFactory
{
    private static readonly Dictionary<Type, Type> Collections = new()
    {
        [typeof(List<>)] = typeof(ListFormatter<>),
        [typeof(HashSet<>)] = typeof(HashSetFormatter<>),
        [typeof(IList<>)] = typeof(ListInterfaceFormatter<,>),
        [typeof(ICollection<>)] = typeof(ListInterfaceFormatter<,>),
        [typeof(IEnumerable<>)] = typeof(ArrayInterfaceFormatter<,>),
        [typeof(IReadOnlyList<>)] = typeof(ArrayInterfaceFormatter<,>),
        [typeof(IReadOnlyCollection<>)] = typeof(ArrayInterfaceFormatter<,>),
        [typeof(ISet<>)] = typeof(SetInterfaceFormatter<,>),
        [typeof(IReadOnlySet<>)] = typeof(SetInterfaceFormatter<,>),
        [typeof(Dictionary<,>)] = typeof(DictionaryFormatter<,>),
        [typeof(IDictionary<,>)] = typeof(DictionaryInterfaceFormatter<,,>),
        [typeof(IReadOnlyDictionary<,>)] = typeof(DictionaryInterfaceFormatter<,,>),
        [typeof(SortedDictionary<,>)] = typeof(SortedDictionaryFormatter<,>),
        [typeof(Nullable<>)] = typeof(NullableFormatter<>),
    };

    /// <summary>The formatter of <paramref name="type"/>, a <see cref="Formatter{T}"/>; null when the type has none.</summary>
    /// <exception cref="MessagePackSerializationException">The type is annotated, but wrongly.</exception>
    public static object? Create(Type type)
    {
        if (BuiltIn.Formatters.TryGetValue(type, out object? builtIn))
            return builtIn;
        if (type.IsEnum)
            return Build(typeof(EnumFormatter<>), type);
        if (type.IsSZArray)
            return Build(typeof(ArrayFormatter<>), type.GetElementType()!);
        if (type.IsConstructedGenericType && Generic(type) is { } generic)
            return generic;
        if (Union.Create(type) is { } union)
            return union;
        return ObjectShape.Of(type) is { } shape ? ObjectCompiler.Compile(shape) : null;
    }

    internal static object Build(Type formatter, params Type[] arguments) =>
        Activator.CreateInstance(formatter.MakeGenericType(arguments))!;

    private static object? Generic(Type type)
    {
        Type definition = type.GetGenericTypeDefinition();
        Type[] arguments = type.GenericTypeArguments;
        if (Collections.TryGetValue(definition, out Type? formatter))
        {
            // A formatter of an interface also takes the interface itself, after the elements' types.
            bool takesItself = formatter.GetGenericArguments().Length > arguments.Length;
            return Build(formatter, takesItself ? [.. arguments, type] : arguments);
        }

        if (definition == typeof(KeyValuePair<,>))
            return TupleCompiler.Compile(type, ["Key", "Value"], "Invalid KeyValuePair format.");
        if (!typeof(ITuple).IsAssignableFrom(type) || type.Namespace != nameof(System))
            return null;
        IEnumerable<string> items = Enumerable.Range(1, Math.Min(arguments.Length, 7)).Select(index => $"Item{index}");
        string name = type.IsValueType ? "ValueTuple" : "Tuple";
        return TupleCompiler.Compile(type, arguments.Length < 8 ? [.. items] : [.. items, "Rest"], $"Invalid {name} count");
    }
}
