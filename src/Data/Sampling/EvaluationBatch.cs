namespace SeqCluster.Data.Sampling;

/// <summary>One batch of an evaluation.</summary>
/// <param name="Number">Its place in the list; sums are joined in this order.</param>
/// <param name="Samples">Which samples.</param>
/// <param name="Places">Places in each row, where the kind of samples leaves that open: the tail of a text is shorter than a block.</param>
public sealed record EvaluationBatch(int Number, MicroBatch Samples, int Places = 0);
