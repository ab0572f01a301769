using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orleans.Standin.Serialization;

/// <summary>
/// Which members of an annotated type travel, by the rules of the original's generator: those with <c>[Id]</c>, and the
/// primary constructor's parameters of a record. Base types are annotated too.
/// </summary>
internal static class AnnotatedMembers
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The fields to copy, and the properties that have no field of their own.</summary>
    public static (FieldInfo[] Fields, PropertyInfo[] Properties) Of(Type type)
    {
        var fields = new List<FieldInfo>();
        var properties = new List<PropertyInfo>();
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            HashSet<string> positional = PositionalNames(level);
            fields.AddRange(level.GetFields(Own).Where(field => PropertyOf(field) is { } property
                ? positional.Contains(property.Name) || HasId(property)
                : HasId(field)));
            properties.AddRange(level.GetProperties(Own).Where(p => HasId(p) && BackingFieldOf(p) is null));
        }

        return ([.. fields], [.. properties]);
    }

    /// <summary>The types of the members that travel.</summary>
    public static IEnumerable<Type> TypesIn(Type type)
    {
        (FieldInfo[] fields, PropertyInfo[] properties) = Of(type);
        return fields.Select(f => f.FieldType).Concat(properties.Select(p => p.PropertyType));
    }

    /// <summary>What the original's compiler would refuse in the type; null when nothing.</summary>
    public static string? Refusal(Type type)
    {
        // Exceptions have a serializer of the runtime's own under them.
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType) && level != typeof(Exception); level = level.BaseType)
        {
            if (!level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            {
                return $"Type: {type} has the base type {level}, which has no serializer: add [GenerateSerializer] to it";
            }

            if (level.IsEnum)
            {
                return null;
            }

            HashSet<string> positional = PositionalNames(level);
            foreach (FieldInfo field in level.GetFields(Own))
            {
                PropertyInfo? property = PropertyOf(field);
                bool isOurs = property is not null || !field.IsDefined(typeof(CompilerGeneratedAttribute));
                MemberInfo member = (MemberInfo?)property ?? field;
                if (isOurs && !field.IsDefined(typeof(NonSerializedAttribute), inherit: false) && !HasId(member) && !positional.Contains(member.Name))
                {
                    return $"ORLEANS0004: add [Id] or [NonSerialized] to the member {member.Name} of the type {level}";
                }
            }
        }

        return null;
    }

    private static bool HasId(MemberInfo member) => member.IsDefined(typeof(IdAttribute), inherit: false);

    private static PropertyInfo? PropertyOf(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? field.DeclaringType!.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], Own)
            : null;

    private static FieldInfo? BackingFieldOf(PropertyInfo property) =>
        property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", Own);

    // A record has a generated PrintMembers; one with a primary constructor has a Deconstruct of the same parameters.
    private static HashSet<string> PositionalNames(Type type)
    {
        MethodInfo? print = type.GetMethod("PrintMembers", Own, [typeof(StringBuilder)]);
        MethodInfo? deconstruct = type.GetMethods(Own).FirstOrDefault(m =>
            m.Name == "Deconstruct" && m.IsDefined(typeof(CompilerGeneratedAttribute)));
        return print is null || deconstruct is null ? [] : [.. deconstruct.GetParameters().Select(p => p.Name!)];
    }
}
