namespace SeqCluster.Data.Sampling;

/// <summary>One pass over a split: its micro-batches in the order in which steps take them.</summary>
public interface IEpochPlan
{
    /// <summary>From 0.</summary>
    int Epoch { get; }

    /// <summary>Micro-batches in the epoch, at least one.</summary>
    int Count { get; }

    /// <summary>The micro-batch at a place in the epoch; empty beyond its end.</summary>
    MicroBatch this[int index] { get; }
}
