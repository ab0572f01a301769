namespace MessagePack;

// The annotations stand in one file: together they are the whole vocabulary of a wire record, and each is a line or two.

/// <summary>Marks a type as serializable. Its members are keyed by <see cref="KeyAttribute"/> unless names are the keys.</summary>
/// <param name="keyAsPropertyName">True to write a map from member names to values.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public class MessagePackObjectAttribute(bool keyAsPropertyName = false) : Attribute
{
    /// <summary>Whether the type is written as a map from member names to values.</summary>
    public bool KeyAsPropertyName { get; } = keyAsPropertyName;
}

/// <summary>Gives a member its place in the array (an integer) or its key in the map (a string).</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class KeyAttribute : Attribute
{
    /// <summary>Places the member at index <paramref name="x"/> of the array.</summary>
    public KeyAttribute(int x) => IntKey = x;

    /// <summary>Gives the member the map key <paramref name="x"/>.</summary>
    public KeyAttribute(string x) => StringKey = x ?? throw new ArgumentNullException(nameof(x));

    /// <summary>The index in the array; null for a member with a string key.</summary>
    public int? IntKey { get; }

    /// <summary>The key in the map; null for a member with an integer key.</summary>
    public string? StringKey { get; }
}

/// <summary>Leaves a public member out.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class IgnoreMemberAttribute : Attribute;

/// <summary>Names one subtype of an interface or abstract class, written as <c>[key, value]</c>.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public class UnionAttribute(int key, Type subType) : Attribute
{
    /// <summary>The number that stands for the subtype on the wire.</summary>
    public int Key { get; } = key;

    /// <summary>The concrete subtype.</summary>
    public Type SubType { get; } = subType ?? throw new ArgumentNullException(nameof(subType));
}

/// <summary>Chooses the constructor that deserialization calls; without it, the one with most matching parameters.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
public class SerializationConstructorAttribute : Attribute;

/// <summary>Called on the object itself before it is written and after it has been read.</summary>
public interface IMessagePackSerializationCallbackReceiver
{
    /// <summary>Called before the first member is written.</summary>
    void OnBeforeSerialize();

    /// <summary>Called after the last member has been read.</summary>
    void OnAfterDeserialize();
}
