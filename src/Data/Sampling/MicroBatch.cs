namespace SeqCluster.Data.Sampling;

/// <summary>
/// The samples that one replica processes in one step: positions in the split's token stream at which blocks begin.
/// Empty when an epoch's last step is short.
/// </summary>
/// <param name="Starts">One position for each sample.</param>
public readonly record struct MicroBatch(ReadOnlyMemory<long> Starts)
{
    /// <summary>No sample: the replica contributes nothing to the step.</summary>
    public static MicroBatch Empty { get; } = new(ReadOnlyMemory<long>.Empty);

    /// <summary>Samples in it.</summary>
    public int Count => Starts.Length;
}
