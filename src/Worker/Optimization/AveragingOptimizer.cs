using System.Numerics;

namespace SeqCluster.Worker.Optimization;

/// <summary>
/// Keeps a running mean of the weights beside whatever rule changes them: m ← d m + (1 − d) w after each update, with
/// d = min(decay, (1 + step) / (10 + step)), so that the first weights are soon forgotten (as TensorFlow's
/// ExponentialMovingAverage with a number of updates). The mean is state like any other: element-wise, in checkpoints and hashes.
/// </summary>
internal sealed class AveragingOptimizer : FlatOptimizer
{
    /// <summary>The mean's name among the state.</summary>
    public const string StateName = "ema";

    private readonly FlatOptimizer inner;
    private readonly float[] mean;
    private readonly double decay;

    public AveragingOptimizer(FlatOptimizer inner, ReadOnlySpan<float> weights, double decay)
        : base(inner, new FlatState(StateName, weights.ToArray()))
    {
        this.inner = inner;
        this.decay = decay;
        mean = State[^1].Values;
    }

    /// <summary>The mean.</summary>
    public ReadOnlySpan<float> Mean => mean;

    public override void Update(
        Span<float> weights,
        ReadOnlySpan<float> gradientSum,
        int offset,
        GradientScale scale,
        double learningRate,
        int step,
        bool decays)
    {
        inner.Update(weights, gradientSum, offset, scale, learningRate, step, decays);
        var rate = Math.Min(decay, (1.0 + step) / (10.0 + step));
        var (kept, added) = (new Vector<float>((float)rate), new Vector<float>((float)(1 - rate)));
        var means = mean.AsSpan(offset, weights.Length);
        var body = weights.Length - (weights.Length % Vector<float>.Count);
        for (var i = 0; i < body; i += Vector<float>.Count)
        {
            ((kept * new Vector<float>(means[i..])) + (added * new Vector<float>(weights[i..]))).CopyTo(means[i..]);
        }

        for (var i = body; i < weights.Length; i++)
        {
            // One lane of the same code: the tail cannot drift from the body.
            means[i] = ((kept * new Vector<float>(means[i])) + (added * new Vector<float>(weights[i])))[0];
        }
    }
}
