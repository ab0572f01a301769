namespace Orleans.Serialization;

/// <summary>An object cannot travel: its type is neither known to the runtime nor annotated.</summary>
public sealed class CodecNotFoundException(string message) : SerializerException(message);
