namespace SeqCluster.Transfers;

/// <summary>A file could not be brought where it should go. The message names the file and what to do.</summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="message">For people.</param>
/// <param name="inner">The cause.</param>
public sealed class TransferException(TransferFault kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure it is.</summary>
    public TransferFault Kind { get; } = kind;
}
