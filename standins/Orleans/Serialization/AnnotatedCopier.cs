using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace Orleans.Standin.Serialization;

/// <summary>Copies an annotated type: a new object by its public parameterless constructor or without one, then its members.</summary>
internal sealed class AnnotatedCopier : Copier
{
    private readonly Type type;
    private readonly Func<object>? construct;
    private readonly MemberCopy copyMembers;

    public AnnotatedCopier(Type type)
    {
        this.type = type;
        if (!type.IsValueType && type.GetConstructor(Type.EmptyTypes) is { } constructor)
        {
            construct = Expression.Lambda<Func<object>>(Expression.New(constructor)).Compile();
        }

        (System.Reflection.FieldInfo[] fields, System.Reflection.PropertyInfo[] properties) = AnnotatedMembers.Of(type);
        copyMembers = MemberCopy.Compile(type, fields, properties);
    }

    public override object Copy(object value, CopyContext context)
    {
        // A struct is copied whole before its deep members are, so what has no [Id] in it stays (CopierGenerator.cs).
        object copy = type.IsValueType ? Clones.Of(value) : construct is null ? RuntimeHelpers.GetUninitializedObject(type) : construct();
        if (!type.IsValueType)
        {
            context.Record(value, copy);
        }

        copyMembers.Run(value, copy, context);
        return copy;
    }
}
