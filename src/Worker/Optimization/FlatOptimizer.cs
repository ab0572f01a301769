using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Worker.Optimization;

/// <summary>
/// An update rule over flat float32 buffers. Elementwise, every operation rounded by itself (no fused multiply-add), the
/// same operations in vector body and tail: the result of an element depends on nothing but its own inputs, so any cut of
/// the buffer into chunks, on any owner, gives the same bits.
/// </summary>
public abstract class FlatOptimizer
{
    private protected FlatOptimizer(OptimizerSpec spec, int length, params ReadOnlySpan<string> stateNames)
    {
        Spec = spec;
        Length = length;
        State = [.. stateNames.ToArray().Select(name => new FlatState(name, new float[length]))];
    }

    private protected FlatOptimizer(FlatOptimizer inner, FlatState added)
    {
        Spec = inner.Spec;
        Length = inner.Length;
        State = [.. inner.State, added];
    }

    /// <summary>Elements of the buffer.</summary>
    public int Length { get; }

    /// <summary>What one step hands to the next, in a fixed order: job state tensors of design §6.</summary>
    public IReadOnlyList<FlatState> State { get; }

    /// <summary>The rule's constants.</summary>
    protected OptimizerSpec Spec { get; }

    /// <summary>The rule that a job asks for.</summary>
    /// <param name="spec">Its kind and constants.</param>
    /// <param name="length">Elements of the buffer.</param>
    public static FlatOptimizer Create(OptimizerSpec spec, int length) => spec.Kind switch
    {
        "adamw" => new AdamOptimizer(spec, length, decoupledDecay: true),
        "adam" => new AdamOptimizer(spec, length, decoupledDecay: false),
        "rmsprop" => new RmspropOptimizer(spec, length),
        "sgd" => new SgdOptimizer(spec, length),
        _ => throw new ArgumentException($"optimizer.kind = {spec.Kind}: must be adamw, adam, rmsprop or sgd", nameof(spec)),
    };

    /// <summary>Updates a range of the buffer.</summary>
    /// <param name="weights">The range's weights.</param>
    /// <param name="gradientSum">The range's gradient, summed over replicas, not yet scaled.</param>
    /// <param name="offset">Where the range begins in the buffer.</param>
    /// <param name="scale">What turns the sum into the gradient.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">From 1.</param>
    /// <param name="decays">Whether weight decay applies to the range.</param>
    public abstract void Update(
        Span<float> weights,
        ReadOnlySpan<float> gradientSum,
        int offset,
        GradientScale scale,
        double learningRate,
        int step,
        bool decays);
}
