namespace SeqCluster.Data.Preparation;

/// <summary>The data cannot be prepared. Every fault that was found is in the message, one a line.</summary>
public sealed class PreparationFault(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One sentence each, naming file, value and way out.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
