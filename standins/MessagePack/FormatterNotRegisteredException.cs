namespace MessagePack;

/// <summary>The type has neither a built-in format nor the attributes that would give it one.</summary>
public class FormatterNotRegisteredException : MessagePackSerializationException
{
    /// <summary>An exception with a message that names the type.</summary>
    internal FormatterNotRegisteredException(string? message) : base(message) { }
}
