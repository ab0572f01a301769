namespace SeqCluster.Data.Sampling;

/// <summary>Which samples each step reads: a function of manifest, seed and step alone, never of workers or time.</summary>
public interface ISamplingPlan
{
    /// <summary>The plan of one step.</summary>
    /// <param name="step">From 1.</param>
    PlannedStep this[int step] { get; }
}
