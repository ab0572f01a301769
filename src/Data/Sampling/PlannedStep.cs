namespace SeqCluster.Data.Sampling;

/// <summary>Everything that one step reads: a micro-batch for each replica.</summary>
/// <param name="Step">1, 2, 3 …: the number of the update that it leads to.</param>
/// <param name="Epoch">0, 1, 2 …; 0 throughout for draws with replacement.</param>
/// <param name="Replicas">R entries, in replica order.</param>
public sealed record PlannedStep(int Step, int Epoch, IReadOnlyList<MicroBatch> Replicas)
{
    /// <summary>Rows do not go on where those of the last step ended: carried state begins anew. Means nothing without tracks.</summary>
    public bool BeginsTracks { get; init; }
}
