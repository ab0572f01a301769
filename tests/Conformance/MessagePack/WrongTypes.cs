using System.Reflection;
using System.Reflection.Emit;
using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>
/// Wrongly annotated types, made at run time: in source the original's analyzer would refuse to compile them
/// (MsgPack004, MsgPack005, MsgPack007), and its answer at run time is what a stand-in has to give.
/// </summary>
internal static class WrongTypes
{
    private static readonly ModuleBuilder Module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName("WrongTypes"), AssemblyBuilderAccess.Run)
        .DefineDynamicModule("WrongTypes");

    /// <summary>An annotated class with one integer field for each of <paramref name="keys"/>; null leaves the field without a key.</summary>
    public static Type Make(string name, params object?[] keys) => Make(name, TypeAttributes.Public, false, keys);

    /// <summary>An annotated class with one property, hidden but with a key; or visible with a key beside its name as key.</summary>
    public static Type MakeKeyed(string name, bool keyAsPropertyName, bool isPublic)
    {
        TypeBuilder type = Module.DefineType(name, TypeAttributes.Public | TypeAttributes.Class);
        type.SetCustomAttribute(new CustomAttributeBuilder(typeof(MessagePackObjectAttribute).GetConstructor([typeof(bool)])!, [keyAsPropertyName]));
        type.DefineDefaultConstructor(MethodAttributes.Public);
        FieldBuilder field = type.DefineField("Field0", typeof(int), isPublic ? FieldAttributes.Public : FieldAttributes.Private);
        field.SetCustomAttribute(new CustomAttributeBuilder(typeof(KeyAttribute).GetConstructor([typeof(int)])!, [0]));
        return type.CreateType();
    }

    /// <summary>As the other, for a hidden class, or one whose constructor is.</summary>
    public static Type Make(string name, TypeAttributes visibility, bool hideConstructor, params object?[] keys)
    {
        TypeBuilder type = Module.DefineType(name, visibility | TypeAttributes.Class);
        type.SetCustomAttribute(new CustomAttributeBuilder(typeof(MessagePackObjectAttribute).GetConstructor([typeof(bool)])!, [false]));
        type.DefineDefaultConstructor(hideConstructor ? MethodAttributes.Private : MethodAttributes.Public);
        for (int i = 0; i < keys.Length; i++)
        {
            FieldBuilder field = type.DefineField($"Field{i}", typeof(int), FieldAttributes.Public);
            if (keys[i] is { } key)
                field.SetCustomAttribute(new CustomAttributeBuilder(typeof(KeyAttribute).GetConstructor([key.GetType()])!, [key]));
        }

        return type.CreateType();
    }
}
