using System.Numerics;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Worker.Optimization;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2), with the constants folded
/// as torch.optim's single-tensor implementation folds them.
/// </summary>
internal sealed class AdamOptimizer(OptimizerSpec spec, int length, bool decoupledDecay)
    : FlatOptimizer(spec, length, "exp_avg", "exp_avg_sq")
{
    public override void Update(
        Span<float> weights,
        ReadOnlySpan<float> gradientSum,
        int offset,
        GradientScale scale,
        double learningRate,
        int step,
        bool decays)
    {
        var momentum = State[0].Values.AsSpan(offset, weights.Length);
        var variance = State[1].Values.AsSpan(offset, weights.Length);
        var constants = new Constants(Spec, scale, learningRate, step, decays ? Spec.WeightDecay : 0, decoupledDecay);
        var body = weights.Length - (weights.Length % Vector<float>.Count);
        for (var i = 0; i < body; i += Vector<float>.Count)
        {
            var (weight, first, second) = constants.Next(
                new Vector<float>(weights[i..]), new Vector<float>(gradientSum[i..]), new Vector<float>(momentum[i..]), new Vector<float>(variance[i..]));
            weight.CopyTo(weights[i..]);
            first.CopyTo(momentum[i..]);
            second.CopyTo(variance[i..]);
        }

        for (var i = body; i < weights.Length; i++)
        {
            // One lane of the same code: the tail cannot drift from the body.
            var (weight, first, second) = constants.Next(
                new Vector<float>(weights[i]), new Vector<float>(gradientSum[i]), new Vector<float>(momentum[i]), new Vector<float>(variance[i]));
            (weights[i], momentum[i], variance[i]) = (weight[0], first[0], second[0]);
        }
    }

    private readonly struct Constants(
        OptimizerSpec spec, GradientScale scale, double learningRate, int step, double weightDecay, bool decoupled)
    {
        private readonly GradientScale.Vectors scale = scale.ToVectors();
        private readonly Vector<float> beta1 = new((float)spec.Beta1);
        private readonly Vector<float> oneMinusBeta1 = new((float)(1 - spec.Beta1));
        private readonly Vector<float> beta2 = new((float)spec.Beta2);
        private readonly Vector<float> oneMinusBeta2 = new((float)(1 - spec.Beta2));
        private readonly Vector<float> epsilon = new((float)spec.Epsilon);
        private readonly Vector<float> rootOfCorrection2 = new((float)Math.Sqrt(1 - Math.Pow(spec.Beta2, step)));
        private readonly Vector<float> stepSize = new((float)(learningRate / (1 - Math.Pow(spec.Beta1, step))));
        private readonly Vector<float> shrink = new((float)(decoupled ? 1 - (learningRate * weightDecay) : 1));
        private readonly Vector<float> addedDecay = new((float)(decoupled ? 0 : weightDecay));

        public (Vector<float> Weight, Vector<float> Momentum, Vector<float> Variance) Next(
            Vector<float> weight, Vector<float> gradientSum, Vector<float> momentum, Vector<float> variance)
        {
            var gradient = scale.Apply(gradientSum);
            gradient += addedDecay * weight;
            weight *= shrink;
            momentum = (momentum * beta1) + (gradient * oneMinusBeta1);
            variance = (variance * beta2) + (gradient * gradient * oneMinusBeta2);
            var denominator = (Vector.SquareRoot(variance) / rootOfCorrection2) + epsilon;
            return (weight - (stepSize * (momentum / denominator)), momentum, variance);
        }
    }
}
