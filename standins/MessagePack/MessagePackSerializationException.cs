namespace MessagePack;

/// <summary>The one exception of <see cref="MessagePackSerializer"/>: its inner exception says what went wrong inside.</summary>
public class MessagePackSerializationException : Exception
{
    /// <summary>An exception with a message.</summary>
    public MessagePackSerializationException(string? message) : base(message) { }

    /// <summary>An exception with a message and its cause.</summary>
    public MessagePackSerializationException(string? message, Exception? inner) : base(message, inner) { }
}
