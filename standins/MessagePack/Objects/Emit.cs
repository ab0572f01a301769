using System.Linq.Expressions;
using System.Reflection;
using MessagePack.Formatters;

namespace MessagePack.Objects;

/// <summary>
/// The expressions that the compiled formatters are made of. Numbers, text and enums call the reader or writer directly,
/// without a formatter between; nothing is boxed.
/// </summary>
internal static class Emit
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<Type, string> DirectReads = new()
    {
        [typeof(bool)] = nameof(MessagePackReader.ReadBoolean),
        [typeof(byte)] = nameof(MessagePackReader.ReadByte),
        [typeof(sbyte)] = nameof(MessagePackReader.ReadSByte),
        [typeof(short)] = nameof(MessagePackReader.ReadInt16),
        [typeof(ushort)] = nameof(MessagePackReader.ReadUInt16),
        [typeof(int)] = nameof(MessagePackReader.ReadInt32),
        [typeof(uint)] = nameof(MessagePackReader.ReadUInt32),
        [typeof(long)] = nameof(MessagePackReader.ReadInt64),
        [typeof(ulong)] = nameof(MessagePackReader.ReadUInt64),
        [typeof(float)] = nameof(MessagePackReader.ReadSingle),
        [typeof(double)] = nameof(MessagePackReader.ReadDouble),
        [typeof(char)] = nameof(MessagePackReader.ReadChar),
        [typeof(string)] = nameof(MessagePackReader.ReadString),
        [typeof(DateTime)] = nameof(MessagePackReader.ReadDateTime),
        [typeof(byte[])] = nameof(MessagePackReader.ReadByteArray),
    };

    public static ParameterExpression Writer { get; } = Expression.Parameter(typeof(MessagePackWriter).MakeByRefType(), "writer");

    public static ParameterExpression Reader { get; } = Expression.Parameter(typeof(MessagePackReader).MakeByRefType(), "reader");

    public static ParameterExpression Options { get; } = Expression.Parameter(typeof(MessagePackSerializerOptions), "options");

    /// <summary>Writes a value.</summary>
    public static Expression Write(Expression value)
    {
        Type type = value.Type;
        if (type.IsEnum)
            return Write(Expression.Convert(value, type.GetEnumUnderlyingType()));
        return DirectReads.ContainsKey(type)
            ? Expression.Call(Writer, typeof(MessagePackWriter).GetMethod(nameof(MessagePackWriter.Write), [type])!, value)
            : Expression.Call(FormatterOf(type), nameof(Formatter<int>.Serialize), null, Writer, value, Options);
    }

    /// <summary>Reads a value.</summary>
    public static Expression Read(Type type)
    {
        if (type.IsEnum)
            return Expression.Convert(Read(type.GetEnumUnderlyingType()), type);
        return DirectReads.TryGetValue(type, out string? read)
            ? CallReader(read)
            : Expression.Call(FormatterOf(type), nameof(Formatter<int>.Deserialize), null, Reader, Options);
    }

    public static Expression CallWriter(string method, params Expression[] arguments) =>
        Expression.Call(Writer, typeof(MessagePackWriter).GetMethod(method, Any, [.. arguments.Select(one => one.Type)])!, arguments);

    public static Expression CallReader(string method) =>
        Expression.Call(Reader, typeof(MessagePackReader).GetMethod(method, Any, [])!);

    /// <summary>Enters a level of nesting.</summary>
    public static Expression EnterDepth() => Expression.Call(
        Expression.Property(Options, nameof(MessagePackSerializerOptions.Security)),
        typeof(MessagePackSecurity).GetMethod(nameof(MessagePackSecurity.DepthStep), Any)!,
        Reader);

    /// <summary>Leaves a level of nesting. A call: an assignment operator on a property would change a copy of the reader.</summary>
    public static Expression LeaveDepth() => Expression.Call(
        typeof(MessagePackSecurity).GetMethod(nameof(MessagePackSecurity.LeaveDepth), BindingFlags.Static | BindingFlags.NonPublic)!,
        Reader);

    /// <summary>Throws the library's exception.</summary>
    public static Expression Refuse(string message) => Expression.Throw(
        Expression.New(typeof(MessagePackSerializationException).GetConstructor([typeof(string)])!, Expression.Constant(message)));

    /// <summary>Compiles the two halves of a formatter for <paramref name="type"/>.</summary>
    public static object Formatter(Type type, ParameterExpression value, Expression write, Expression read)
    {
        Delegate writeDelegate = Expression.Lambda(typeof(Write<>).MakeGenericType(type), write, Writer, value, Options).Compile();
        Delegate readDelegate = Expression.Lambda(typeof(Read<>).MakeGenericType(type), read, Reader, Options).Compile();
        return Activator.CreateInstance(typeof(DelegateFormatter<>).MakeGenericType(type), writeDelegate, readDelegate)!;
    }

    private static MethodCallExpression FormatterOf(Type type) =>
        Expression.Call(typeof(FormatterOf<>).MakeGenericType(type).GetMethod(nameof(FormatterOf<int>.Get))!);
}
