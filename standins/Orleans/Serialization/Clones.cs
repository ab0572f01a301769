using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Standin.Serialization;

/// <summary>Field-by-field clones, whatever the type.</summary>
internal static class Clones
{
    private static readonly Func<object, object> CloneOf = typeof(object)
        .GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!
        .CreateDelegate<Func<object, object>>();

    public static object Of(object value) =>
        value is ValueType ? RuntimeHelpers.GetObjectValue(value) : CloneOf(value);
}
