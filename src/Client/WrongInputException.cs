namespace SeqCluster.Client;

/// <summary>What a person gave is wrong. One sentence for each fault; the exit code is <see cref="ExitCodes.WrongInput"/>.</summary>
/// <param name="faults">All of them.</param>
public sealed class WrongInputException(params IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>All faults.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
