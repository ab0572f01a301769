using System.Linq.Expressions;

namespace MessagePack.Objects;

/// <summary>Tuples and key-value pairs: an array of exactly their items, made by their one constructor.</summary>
internal static class TupleCompiler
{
    /// <summary>The formatter of a tuple type whose members are <paramref name="items"/>, in the constructor's order.</summary>
    /// <param name="type">The closed tuple type.</param>
    /// <param name="items">Its members.</param>
    /// <param name="refusal">What to say to an array of another length.</param>
    public static object Compile(Type type, string[] items, string refusal)
    {
        ParameterExpression value = Expression.Parameter(type, "value");
        Expression count = Expression.Constant(items.Length);
        Expression[] members = [.. items.Select(item => Expression.PropertyOrField(value, item))];
        Expression write = Expression.Block(
            [Emit.CallWriter(nameof(MessagePackWriter.WriteArrayHeader), count), .. members.Select(Emit.Write)]);

        ParameterExpression result = Expression.Variable(type, "result");
        Expression read = Expression.Block(
            Expression.IfThen(Expression.NotEqual(Emit.CallReader(nameof(MessagePackReader.ReadArrayHeader)), count), Emit.Refuse(refusal)),
            Emit.EnterDepth(),
            Expression.Assign(result, Expression.New(type.GetConstructor(type.GenericTypeArguments)!, members.Select(one => Emit.Read(one.Type)))),
            Emit.LeaveDepth());

        // Only a Tuple can be null; a nil for a struct fails at the array header.
        if (!type.IsValueType)
        {
            write = Expression.IfThenElse(
                Expression.ReferenceEqual(value, Expression.Constant(null)), Emit.CallWriter(nameof(MessagePackWriter.WriteNil)), write);
            read = Expression.IfThen(Expression.Not(Emit.CallReader(nameof(MessagePackReader.TryReadNil))), read);
        }

        return Emit.Formatter(type, value, write, Expression.Block([result], read, result));
    }
}
