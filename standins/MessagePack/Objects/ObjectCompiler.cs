using System.Linq.Expressions;
using System.Reflection;
using static System.Linq.Expressions.Expression;

namespace MessagePack.Objects;

/// <summary>
/// Compiles the formatter of an annotated type. Members are read into locals first; the constructor is called when all
/// are there, and what it does not take is set after it.
/// </summary>
internal sealed class ObjectCompiler
{
    private readonly ObjectShape shape;
    private readonly ParameterExpression value;
    private readonly ParameterExpression result;
    private readonly ParameterExpression length = Variable(typeof(int), "length");
    private readonly ParameterExpression index = Variable(typeof(int), "index");
    private readonly Dictionary<ObjectMember, ParameterExpression> locals;

    // In a map nothing else tells whether a member came.
    private readonly Dictionary<ObjectMember, ParameterExpression> cameInMap = [];

    private ObjectCompiler(ObjectShape shape)
    {
        this.shape = shape;
        value = Parameter(shape.Type, "value");
        result = Variable(shape.Type, "result");
        locals = shape.Members.ToDictionary(member => member, member => Variable(member.Type, member.Name));
        if (!shape.IsArray)
            cameInMap = SetWhenCame.ToDictionary(member => member, member => Variable(typeof(bool), $"came{member.Name}"));
    }

    private IEnumerable<ObjectMember> SetAfterConstructor =>
        shape.Members.Where(member => member.IsWritable && !member.IsSetByConstructor);

    private IEnumerable<ObjectMember> SetWhenCame => SetAfterConstructor.Where(member => !member.IsAlwaysSet);

    /// <summary>The formatter of <paramref name="shape"/>, a <see cref="Formatters.Formatter{T}"/>.</summary>
    public static object Compile(ObjectShape shape)
    {
        var compiler = new ObjectCompiler(shape);
        return Emit.Formatter(shape.Type, compiler.value, compiler.Write(), compiler.Read());
    }

    private Expression Write()
    {
        ObjectMember[] written = [.. shape.Members.Where(member => member.IsReadable)];
        List<Expression> body = [CallBack(value, nameof(IMessagePackSerializationCallbackReceiver.OnBeforeSerialize))];
        if (shape.IsArray)
        {
            int count = written.Length == 0 ? 0 : written[^1].IntKey + 1;
            body.Add(Emit.CallWriter(nameof(MessagePackWriter.WriteArrayHeader), Constant(count)));
            int next = 0;
            foreach (ObjectMember member in written)
            {
                // Keys that nobody has are nil: they keep the places of members that were or will be there.
                body.AddRange(Enumerable.Repeat(Emit.CallWriter(nameof(MessagePackWriter.WriteNil)), member.IntKey - next));
                body.Add(Emit.Write(MakeMemberAccess(value, member.Info)));
                next = member.IntKey + 1;
            }
        }
        else
        {
            body.Add(Emit.CallWriter(nameof(MessagePackWriter.WriteMapHeader), Constant(written.Length)));
            foreach (ObjectMember member in written)
            {
                body.Add(Emit.CallWriter(nameof(MessagePackWriter.Write), Constant(member.StringKey)));
                body.Add(Emit.Write(MakeMemberAccess(value, member.Info)));
            }
        }

        return shape.Type.IsValueType
            ? Block(body)
            : IfThenElse(ReferenceEqual(value, Constant(null)), Emit.CallWriter(nameof(MessagePackWriter.WriteNil)), Block(body));
    }

    private Expression Read()
    {
        List<Expression> body = [Emit.EnterDepth(), .. shape.IsArray ? ReadArray() : ReadMap()];
        body.Add(Assign(result, shape.Constructor == null
            ? New(shape.Type)
            : New(shape.Constructor, shape.Constructor.GetParameters().Zip(shape.Arguments, (parameter, member) => Convert(locals[member], parameter.ParameterType)))));
        foreach (ObjectMember member in SetAfterConstructor)
        {
            Expression set = Assign(MakeMemberAccess(result, member.Info), locals[member]);
            body.Add(member.IsAlwaysSet ? set : IfThen(Came(member), set));
        }

        body.Add(CallBack(result, nameof(IMessagePackSerializationCallbackReceiver.OnAfterDeserialize)));
        body.Add(Emit.LeaveDepth());
        Expression onNil = shape.Type.IsValueType ? Emit.Refuse("typecode is null, struct not supported") : Empty();
        return Block(
            [result, length, index, .. locals.Values, .. cameInMap.Values],
            IfThenElse(Emit.CallReader(nameof(MessagePackReader.TryReadNil)), onNil, Block(body)),
            result);
    }

    private Expression Came(ObjectMember member) =>
        shape.IsArray ? GreaterThan(length, Constant(member.IntKey)) : cameInMap[member];

    /// <summary>Members in order, without a loop: a shorter array is an older writer's, a longer one a newer writer's.</summary>
    private IEnumerable<Expression> ReadArray()
    {
        yield return Assign(length, Emit.CallReader(nameof(MessagePackReader.ReadArrayHeader)));
        int next = 0;
        foreach (ObjectMember member in shape.Members)
        {
            yield return SkipTo(Constant(member.IntKey));
            yield return IfThen(
                GreaterThan(length, Constant(member.IntKey)),
                Block(Assign(locals[member], Emit.Read(member.Type)), Assign(index, Constant(member.IntKey + 1))));
            next = member.IntKey + 1;
        }

        yield return SkipTo(length);

        // Keys without a gap between them need no loop.
        Expression SkipTo(Expression end)
        {
            if (end is ConstantExpression { Value: int key } && key == next)
                return Empty();
            LabelTarget done = Label();
            Expression more = AndAlso(LessThan(index, end), LessThan(index, length));
            return Loop(
                IfThenElse(more, Block(Emit.CallReader(nameof(MessagePackReader.Skip)), PreIncrementAssign(index)), Break(done)), done);
        }
    }

    /// <summary>Pairs in any order; an unknown key is passed over with its value.</summary>
    private IEnumerable<Expression> ReadMap()
    {
        yield return Assign(length, Emit.CallReader(nameof(MessagePackReader.ReadMapHeader)));
        Expression table = Constant(new KeyTable(shape.Members.Select(member => member.StringKey)));
        Expression key = Call(table, typeof(KeyTable).GetMethod(nameof(KeyTable.Read))!, Emit.Reader, index);
        Expression skip = Emit.CallReader(nameof(MessagePackReader.Skip));
        SwitchCase[] cases = [.. shape.Members.Select((member, place) => SwitchCase(Keep(member), Constant(place)))];
        LabelTarget done = Label();
        Expression readPair = cases.Length == 0 ? Block(key, skip) : Switch(key, skip, cases);
        yield return Loop(
            IfThenElse(LessThan(index, length), Block(readPair, PreIncrementAssign(index)), Break(done)), done);

        Expression Keep(ObjectMember member)
        {
            Expression read = Assign(locals[member], Emit.Read(member.Type));
            return cameInMap.TryGetValue(member, out ParameterExpression? came)
                ? Block(typeof(void), read, Assign(came, Constant(true)))
                : Block(typeof(void), read);
        }
    }

    private Expression CallBack(Expression target, string method)
    {
        if (!typeof(IMessagePackSerializationCallbackReceiver).IsAssignableFrom(shape.Type))
            return Empty();

        // Called on the type itself: through the interface a struct would be boxed and the copy told.
        InterfaceMapping mapping = shape.Type.GetInterfaceMap(typeof(IMessagePackSerializationCallbackReceiver));
        int place = Array.FindIndex(mapping.InterfaceMethods, one => one.Name == method);
        return Call(target, mapping.TargetMethods[place]);
    }
}
