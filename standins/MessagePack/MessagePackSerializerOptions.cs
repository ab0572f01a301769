namespace MessagePack;

/// <summary>How to serialize. Immutable: each <c>With…</c> gives a copy.</summary>
public class MessagePackSerializerOptions
{
    private MessagePackSerializerOptions(MessagePackSecurity security) => Security = security;

    /// <summary>Annotated types and the built-in ones, for trusted data.</summary>
    public static MessagePackSerializerOptions Standard { get; } = new(MessagePackSecurity.TrustedData);

    /// <summary>What is done against hostile data.</summary>
    public MessagePackSecurity Security { get; }

    /// <summary>A copy with other security settings.</summary>
    public MessagePackSerializerOptions WithSecurity(MessagePackSecurity security)
    {
        ArgumentNullException.ThrowIfNull(security);
        return security == Security ? this : new MessagePackSerializerOptions(security);
    }
}
