using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Standin.Serialization;

/// <summary>
/// Copies chosen members from one object to another of the same type. Compiled once a type, because private setters,
/// read-only fields and init-only properties have to be written, as the original's generated code does.
/// </summary>
internal sealed class MemberCopy
{
    private static readonly MethodInfo DeepCopy =
        typeof(CopyContext).GetMethods().Single(m => m.Name == nameof(CopyContext.Copy) && m.IsGenericMethod);

    private readonly Action<object, object, CopyContext> action;

    private MemberCopy(Action<object, object, CopyContext> action) => this.action = action;

    public static MemberCopy Compile(Type type, FieldInfo[] fields, PropertyInfo[] properties)
    {
        var method = new DynamicMethod(
            $"Copy {type.Name}", null, [typeof(object), typeof(object), typeof(CopyContext)], typeof(MemberCopy).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        OpCode cast = type.IsValueType ? OpCodes.Unbox : OpCodes.Castclass;
        foreach (FieldInfo field in fields)
        {
            EmitCopy(code, field.FieldType, cast, type, () => code.Emit(OpCodes.Ldfld, field), () => code.Emit(OpCodes.Stfld, field));
        }

        foreach (PropertyInfo property in properties)
        {
            EmitCopy(
                code, property.PropertyType, cast, type,
                () => code.Emit(OpCodes.Call, property.GetMethod!), () => code.Emit(OpCodes.Call, property.SetMethod!));
        }

        code.Emit(OpCodes.Ret);
        return new MemberCopy(method.CreateDelegate<Action<object, object, CopyContext>>());
    }

    public void Run(object from, object to, CopyContext context) => action(from, to, context);

    // to.member = context.Copy(from.member), or without the copy for types that need none.
    private static void EmitCopy(ILGenerator code, Type member, OpCode cast, Type type, Action load, Action store)
    {
        bool isShallow = Shallow.Is(member);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(cast, type);
        if (!isShallow)
        {
            code.Emit(OpCodes.Ldarg_2);
        }

        code.Emit(OpCodes.Ldarg_0);
        code.Emit(cast, type);
        load();
        if (!isShallow)
        {
            code.Emit(OpCodes.Call, DeepCopy.MakeGenericMethod(member));
        }

        store();
    }
}
