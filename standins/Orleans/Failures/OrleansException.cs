namespace Orleans.Runtime;

/// <summary>A failure in the runtime or in one of its parts.</summary>
[GenerateSerializer]
public class OrleansException : Exception
{
    /// <summary>A failure in words.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its cause.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
