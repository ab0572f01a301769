using System.Reflection;

namespace Orleans.Standin.Serialization;

/// <summary>Copies tuples and pairs: every field.</summary>
internal sealed class FieldsCopier(Type type) : Copier
{
    private readonly MemberCopy copyMembers = MemberCopy.Compile(
        type, [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)], []);

    public override object Copy(object value, CopyContext context)
    {
        object copy = Clones.Of(value);
        if (!type.IsValueType)
        {
            context.Record(value, copy);
        }

        copyMembers.Run(value, copy, context);
        return copy;
    }
}
