namespace Orleans.Serialization;

/// <summary>A value cannot be serialized or copied.</summary>
public class SerializerException : Exception
{
    private protected SerializerException(string message)
        : base(message)
    {
    }
}
