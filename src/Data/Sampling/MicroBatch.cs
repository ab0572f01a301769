namespace SeqCluster.Data.Sampling;

/// <summary>
/// The samples that one replica processes in one step, by their numbers: what a number means, the split knows that made the plan
/// (of a text, the position in the split at which a block begins). Empty when an epoch's last step is short.
/// </summary>
/// <param name="Numbers">One for each sample.</param>
public readonly record struct MicroBatch(ReadOnlyMemory<long> Numbers)
{
    /// <summary>No sample: the replica contributes nothing to the step.</summary>
    public static MicroBatch Empty { get; } = new(ReadOnlyMemory<long>.Empty);

    /// <summary>Samples in it.</summary>
    public int Count => Numbers.Length;
}
