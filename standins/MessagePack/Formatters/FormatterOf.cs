namespace MessagePack.Formatters;

/// <summary>The formatter of a type, built when the type is first met; a type that was refused is refused again each time.</summary>
internal static class FormatterOf<T>
{
    private static readonly Formatter<T>? Instance;
    private static readonly string Refusal = $"{typeof(T).FullName} is not registered in resolver: MessagePack.Resolvers.StandardResolver";
    private static readonly bool Annotated;

    static FormatterOf()
    {
        try
        {
            Instance = (Formatter<T>?)FormatterFactory.Create(typeof(T));
        }
        catch (MessagePackSerializationException cause)
        {
            // Kept as a message: an exception object thrown from several threads would mix their stack traces.
            Refusal = cause.Message;
            Annotated = true;
        }
    }

    public static Formatter<T> Get() => Instance ?? throw Refuse();

    private static MessagePackSerializationException Refuse() =>
        Annotated ? new MessagePackSerializationException(Refusal) : new FormatterNotRegisteredException(Refusal);
}
