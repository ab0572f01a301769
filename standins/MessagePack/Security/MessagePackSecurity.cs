namespace MessagePack;

/// <summary>What deserialization does against hostile data. Immutable: each <c>With…</c> gives a copy.</summary>
public class MessagePackSecurity
{
    private const int DefaultMaximumObjectGraphDepth = 500;

    /// <summary>For data of one's own: the default comparers.</summary>
    public static readonly MessagePackSecurity TrustedData = new(hashCollisionResistant: false, DefaultMaximumObjectGraphDepth);

    /// <summary>For data from anybody: comparers whose hash an attacker cannot predict.</summary>
    public static readonly MessagePackSecurity UntrustedData = new(hashCollisionResistant: true, DefaultMaximumObjectGraphDepth);

    private MessagePackSecurity(bool hashCollisionResistant, int maximumObjectGraphDepth)
    {
        HashCollisionResistant = hashCollisionResistant;
        MaximumObjectGraphDepth = maximumObjectGraphDepth;
    }

    /// <summary>Whether dictionaries and sets get keyed hashes.</summary>
    public bool HashCollisionResistant { get; }

    /// <summary>How deep objects and collections may nest.</summary>
    public int MaximumObjectGraphDepth { get; }

    /// <summary>A copy with another depth limit.</summary>
    public MessagePackSecurity WithMaximumObjectGraphDepth(int maximumObjectGraphDepth) =>
        new(HashCollisionResistant, maximumObjectGraphDepth);

    /// <summary>A copy with keyed hashes or without.</summary>
    public MessagePackSecurity WithHashCollisionResistant(bool hashCollisionResistant) =>
        new(hashCollisionResistant, MaximumObjectGraphDepth);

    /// <summary>The comparer for keys of type <typeparamref name="T"/>.</summary>
    /// <exception cref="TypeAccessException">Keyed hashes are asked for and none is known for the type.</exception>
    public IEqualityComparer<T> GetEqualityComparer<T>()
    {
        if (!HashCollisionResistant)
            return EqualityComparer<T>.Default;
        return KeyedComparer<T>.Instance
            ?? throw new TypeAccessException($"No hash-resistant equality comparer available for type: {typeof(T)}");
    }

    /// <summary>Undoes one <see cref="DepthStep"/>.</summary>
    internal static void LeaveDepth(ref MessagePackReader reader) => reader.Depth--;

    /// <summary>Enters one more level of nesting.</summary>
    internal void DepthStep(ref MessagePackReader reader)
    {
        if (reader.Depth >= MaximumObjectGraphDepth)
        {
            throw new InsufficientExecutionStackException(
                $"This msgpack sequence has an object graph that exceeds the maximum depth allowed of {MaximumObjectGraphDepth}.");
        }

        reader.Depth++;
    }
}
