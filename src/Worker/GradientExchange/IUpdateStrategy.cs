using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>Where the optimizer runs. Every strategy leaves the same weights on every member.</summary>
internal interface IUpdateStrategy
{
    /// <summary>
    /// Starts to reduce a bucket that holds all of this worker's replicas, and returns at once. Every member starts the buckets
    /// in the same order.
    /// </summary>
    void Begin(int bucket);

    /// <summary>
    /// Completes all buckets, which have been begun, and updates the weights. Nothing changes for good before all that the step needs
    /// of others has arrived.
    /// </summary>
    /// <param name="step">From 1.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="clip">Limits of the reduced gradient.</param>
    /// <param name="reduced">Called when all sums and the norm have arrived; throws to leave everything as it is.</param>
    /// <param name="pass">The point of no return, with the step; throws when this member may not count it.</param>
    StepOutcome CompleteAndUpdate(int step, double learningRate, GradientClip clip, Action<StepOutcome> reduced, Action<int> pass);

    /// <summary>
    /// Brings the whole optimizer state of a completed step to every member: for a checkpoint or a hash, and at a generation's start.
    /// </summary>
    /// <returns>Whether anything had to travel.</returns>
    bool GatherState(int step);
}

/// <summary>What a step came to, the same on all members.</summary>
/// <param name="Targets">In the global batch.</param>
/// <param name="LossSum">Over the global batch, nats.</param>
/// <param name="GradientNorm">After the division by the targets, before clipping.</param>
/// <param name="IsStopWished">Whether a member has been asked to stop at a step boundary: this one.</param>
internal readonly record struct StepOutcome(long Targets, double LossSum, double GradientNorm, bool IsStopWished);
