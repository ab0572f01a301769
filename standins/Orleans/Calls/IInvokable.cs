namespace Orleans.Serialization.Invocation;

/// <summary>The request of a call: which method, with which arguments.</summary>
public interface IInvokable
{
    /// <summary>How many arguments there are.</summary>
    int GetArgumentCount();

    /// <summary>The argument at a position; filters see the copy that the grain will get.</summary>
    object? GetArgument(int index);

    /// <summary>Replaces an argument before the grain gets it.</summary>
    void SetArgument(int index, object value);
}
