namespace SeqCluster.Collectives;

/// <summary>The operation was given up by order, here or at another member, not because a peer was lost.</summary>
public sealed class CollectiveAbortedException(string reason) : Exception($"collective aborted: {reason}")
{
    /// <summary>The reason given to <c>Abort</c>.</summary>
    public string Reason { get; } = reason;
}
