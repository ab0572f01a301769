namespace SeqCluster.Data.Sampling;

/// <summary>One batch of an evaluation.</summary>
/// <param name="Number">Its place in the list; sums are joined in this order.</param>
/// <param name="Samples">Where its blocks begin.</param>
/// <param name="Block">Tokens in each; shorter than the job's block only in the tail batch.</param>
public sealed record EvaluationBatch(int Number, MicroBatch Samples, int Block);
