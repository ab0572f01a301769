using System.Reflection;
using System.Runtime.CompilerServices;

namespace MessagePack.Objects;

/// <summary>One property or field of an annotated type, with its key.</summary>
internal sealed class ObjectMember
{
    private ObjectMember(MemberInfo info, Type type) => (Info, Type) = (info, type);

    public MemberInfo Info { get; }

    public Type Type { get; }

    public string Name => Info.Name;

    /// <summary>Whether it is written: a public getter or field.</summary>
    public bool IsReadable { get; private init; }

    /// <summary>Whether it can be set: a public setter, or a field that is not read-only.</summary>
    public bool IsWritable { get; private init; }

    /// <summary>
    /// Whether it is set even when no value came. The original's generated code sets such members in the object
    /// initializer, where C# leaves no choice.
    /// </summary>
    public bool IsAlwaysSet { get; private init; }

    public int IntKey { get; set; }

    public string StringKey { get; set; } = "";

    /// <summary>Whether the constructor takes it.</summary>
    public bool IsSetByConstructor { get; set; }

    /// <summary>The member; null for one that is ignored or that nobody outside can see.</summary>
    /// <exception cref="MessagePackSerializationException">It is hidden and carries a key all the same.</exception>
    public static ObjectMember? Of(MemberInfo info)
    {
        if (info.IsDefined(typeof(IgnoreMemberAttribute), true) || info.IsDefined(typeof(CompilerGeneratedAttribute), true))
            return null;
        bool isRequired = info.IsDefined(typeof(RequiredMemberAttribute), true);
        ObjectMember member = info switch
        {
            PropertyInfo property => new ObjectMember(info, property.PropertyType)
            {
                IsReadable = property.GetMethod is { IsPublic: true, IsStatic: false },
                IsWritable = property.SetMethod is { IsPublic: true, IsStatic: false },
                IsAlwaysSet = isRequired || IsInitOnly(property),
            },
            FieldInfo field => new ObjectMember(info, field.FieldType)
            {
                IsReadable = field.IsPublic,
                IsWritable = field.IsPublic && !field.IsInitOnly,
                IsAlwaysSet = isRequired,
            },
            _ => throw new ArgumentException($"{info}: neither property nor field."),
        };
        if (member.IsReadable || member.IsWritable)
            return info is PropertyInfo indexer && indexer.GetIndexParameters().Length > 0 ? null : member;
        return info.IsDefined(typeof(KeyAttribute), true)
            ? throw new MessagePackSerializationException($"a member with a key must be public. type:{info.DeclaringType} member:{info.Name}")
            : null;
    }

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
}
