using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Standin.Serialization;

/// <summary>Types whose values need no copy (ShallowCopyableTypes in the original's IDeepCopier.cs).</summary>
internal static class Shallow
{
    private static readonly ConcurrentDictionary<Type, bool> Known = new(
        new[]
        {
            typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
            typeof(TimeSpan), typeof(Guid), typeof(Uri), typeof(Version), typeof(IPAddress), typeof(IPEndPoint),
            typeof(CancellationToken), typeof(CultureInfo), typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Half),
        }.Select(type => KeyValuePair.Create(type, true)));

    public static bool Is(Type type) => Known.TryGetValue(type, out bool known) ? known : Known[type] = Decide(type);

    private static bool Decide(Type type)
    {
        if (type.IsPrimitive || type.IsEnum
            || (type.IsSealed && type.IsDefined(typeof(ImmutableAttribute), inherit: false))
            || typeof(Exception).IsAssignableFrom(type)
            || typeof(Type).IsAssignableFrom(type))
        {
            return true;
        }

        if (type.IsGenericType && type.FullName!.StartsWith("System.Tuple`", StringComparison.Ordinal))
        {
            return type.GetGenericArguments().All(Is);
        }

        // An annotated struct is still looked into: what it holds decides.
        return type.IsValueType
            && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(f => Is(f.FieldType));
    }
}
