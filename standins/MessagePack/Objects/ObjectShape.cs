using System.Reflection;

namespace MessagePack.Objects;

/// <summary>
/// What an annotated type looks like on the wire: which members, under which keys, through which constructor. The
/// mistakes that the original's analyzer reports when it compiles (MsgPack004 to MsgPack007) are refused here.
/// </summary>
internal sealed class ObjectShape
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private ObjectShape(Type type) => Type = type;

    public Type Type { get; }

    /// <summary>Whether the type is an array by index; else it is a map by name.</summary>
    public bool IsArray { get; private set; }

    /// <summary>By index in an array; in the order of declaration, bases first, in a map.</summary>
    public IReadOnlyList<ObjectMember> Members { get; private set; } = [];

    /// <summary>Null for a struct that has none.</summary>
    public ConstructorInfo? Constructor { get; private set; }

    /// <summary>The member behind each parameter of <see cref="Constructor"/>.</summary>
    public IReadOnlyList<ObjectMember> Arguments { get; private set; } = [];

    /// <summary>The shape of a type; null for one that is not annotated, or abstract.</summary>
    /// <exception cref="MessagePackSerializationException">The annotations contradict themselves.</exception>
    public static ObjectShape? Of(Type type)
    {
        var annotation = type.GetCustomAttribute<MessagePackObjectAttribute>();
        if (annotation == null || type.IsAbstract)
            return null;
        if (!type.IsVisible)
            throw new MessagePackSerializationException($"Building dynamic formatter only allows public type. Type: {type.FullName}");
        var shape = new ObjectShape(type);
        List<ObjectMember> members = shape.FindMembers(annotation.KeyAsPropertyName);
        shape.ChooseConstructor(members);
        foreach (ObjectMember argument in shape.Arguments)
            argument.IsSetByConstructor = true;

        // With names as keys, a member that only computes something is not part of the data.
        shape.Members = annotation.KeyAsPropertyName
            ? [.. members.Where(member => member.IsWritable || member.IsSetByConstructor)]
            : members;
        return shape;
    }

    private List<ObjectMember> FindMembers(bool keyAsPropertyName)
    {
        List<ObjectMember> members = [];
        foreach (ObjectMember member in AllMembers())
        {
            SetKey(member, keyAsPropertyName, isFirst: members.Count == 0);
            ObjectMember? same = members.Find(other => IsArray ? other.IntKey == member.IntKey : other.StringKey == member.StringKey);
            if (same == null)
                members.Add(member);
            else if (!Overrides(member, same))
                throw Refuse($"key is duplicated, all members key must be unique. type:{Type.FullName} member:{member.Name}");
        }

        return IsArray ? [.. members.OrderBy(member => member.IntKey)] : members;
    }

    private IEnumerable<ObjectMember> AllMembers()
    {
        Stack<Type> basesFirst = new();
        for (Type? type = Type; type != null; type = type.BaseType)
            basesFirst.Push(type);
        IEnumerable<MemberInfo> properties = basesFirst.SelectMany(type => type.GetProperties(Declared));
        IEnumerable<MemberInfo> fields = basesFirst.SelectMany(type => type.GetFields(Declared));
        return properties.Concat(fields).Select(ObjectMember.Of).OfType<ObjectMember>();
    }

    private void SetKey(ObjectMember member, bool keyAsPropertyName, bool isFirst)
    {
        var key = member.Info.GetCustomAttribute<KeyAttribute>(true);
        if (keyAsPropertyName)
        {
            if (key != null)
                throw Refuse($"a type with keyAsPropertyName must not have keys. type:{Type.FullName} member:{member.Name}");
            member.StringKey = member.Name;
            return;
        }

        if (key == null)
            throw Refuse($"all public members must mark KeyAttribute or IgnoreMemberAttribute. type:{Type.FullName} member:{member.Name}");
        if (isFirst)
            IsArray = key.IntKey != null;
        if (IsArray != (key.IntKey != null))
            throw Refuse($"all members key type must be same. type: {Type.FullName} member:{member.Name}");
        member.IntKey = key.IntKey ?? 0;
        member.StringKey = key.StringKey ?? "";
        if (member.IntKey < 0)
            throw Refuse($"key is negative: {member.IntKey}. type:{Type.FullName} member:{member.Name}");
    }

    private static bool Overrides(ObjectMember member, ObjectMember inherited) =>
        member.Info is PropertyInfo && inherited.Info is PropertyInfo property && member.Name == inherited.Name
        && (property.GetMethod is { IsVirtual: true, IsFinal: false } || property.SetMethod is { IsVirtual: true, IsFinal: false });

    /// <summary>The marked constructor must fit; without a mark, the longest public one that fits is taken.</summary>
    private void ChooseConstructor(List<ObjectMember> members)
    {
        ConstructorInfo? marked = Type.GetConstructors(Declared).SingleOrDefault(one => one.IsDefined(typeof(SerializationConstructorAttribute)));
        if (marked != null)
        {
            Arguments = Match(marked, members)
                ?? throw Refuse($"can't find matched constructor parameter. type:{Type.FullName} constructor:{marked}");
            Constructor = marked;
            return;
        }

        ConstructorInfo[] candidates = [.. Type.GetConstructors().OrderByDescending(one => one.GetParameters().Length)];
        foreach (ConstructorInfo candidate in candidates)
        {
            if (Match(candidate, members) is not { } arguments)
                continue;
            (Constructor, Arguments) = (candidate, arguments);
            return;
        }

        if (candidates.Length == 0 && !Type.IsValueType)
            throw Refuse($"can't find public constructor. type:{Type.FullName}");
        if (candidates.Length > 0)
            throw Refuse($"can't find matched constructor. type:{Type.FullName}");
    }

    /// <summary>The member of each parameter: by place for integer keys, by name (of key, then member) otherwise; null for no match.</summary>
    private List<ObjectMember>? Match(ConstructorInfo constructor, List<ObjectMember> members)
    {
        List<ObjectMember> arguments = [];
        foreach (ParameterInfo parameter in constructor.GetParameters())
        {
            ObjectMember? member = IsArray
                ? members.ElementAtOrDefault(parameter.Position)
                : members.Find(one => Same(one.StringKey, parameter.Name)) ?? members.Find(one => Same(one.Name, parameter.Name));
            if (member is not { IsReadable: true } || !parameter.ParameterType.IsAssignableFrom(member.Type))
                return null;
            arguments.Add(member);
        }

        return arguments;

        static bool Same(string name, string? other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
    }

    private static MessagePackSerializationException Refuse(string message) => new(message);
}
