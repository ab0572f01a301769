using Orleans.Runtime;

namespace SeqCluster.Contracts.Storage;

/// <summary>
/// The silo's store does not take writes now, or is gone; nothing of what was asked is stored. The message names the path, the reason
/// and the way out. Comes through grain calls as it is: Orleans wraps what is none of its own exceptions.
/// </summary>
[GenerateSerializer]
public sealed class StoreUnavailableException : OrleansException
{
    /// <summary>A refusal of the store.</summary>
    public StoreUnavailableException(string message, bool isFull)
        : base(message) => IsFull = isFull;

    /// <summary>Whether room on the disk is all that it needs.</summary>
    [Id(0)]
    public bool IsFull { get; private set; }
}
