using System.Numerics;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Worker.Optimization;

/// <summary>Stochastic gradient descent with momentum β₁ as torch.optim.SGD has it: b ← β₁ b + g, w ← w − η b.</summary>
internal sealed class SgdOptimizer(OptimizerSpec spec, int length) : FlatOptimizer(spec, length, "momentum_buffer")
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
        var constants = new Constants(Spec, scale, learningRate, decays ? Spec.WeightDecay : 0);
        var body = weights.Length - (weights.Length % Vector<float>.Count);
        for (var i = 0; i < body; i += Vector<float>.Count)
        {
            var (weight, next) = constants.Next(
                new Vector<float>(weights[i..]), new Vector<float>(gradientSum[i..]), new Vector<float>(momentum[i..]));
            weight.CopyTo(weights[i..]);
            next.CopyTo(momentum[i..]);
        }

        for (var i = body; i < weights.Length; i++)
        {
            // One lane of the same code: the tail cannot drift from the body.
            var (weight, next) = constants.Next(
                new Vector<float>(weights[i]), new Vector<float>(gradientSum[i]), new Vector<float>(momentum[i]));
            (weights[i], momentum[i]) = (weight[0], next[0]);
        }
    }

    private readonly struct Constants(OptimizerSpec spec, GradientScale scale, double learningRate, double weightDecay)
    {
        private readonly GradientScale.Vectors scale = scale.ToVectors();
        private readonly Vector<float> beta1 = new((float)spec.Beta1);
        private readonly Vector<float> rate = new((float)learningRate);
        private readonly Vector<float> decay = new((float)weightDecay);

        public (Vector<float> Weight, Vector<float> Momentum) Next(
            Vector<float> weight, Vector<float> gradientSum, Vector<float> momentum)
        {
            var gradient = scale.Apply(gradientSum) + (decay * weight);
            momentum = (momentum * beta1) + gradient;
            return (weight - (rate * momentum), momentum);
        }
    }
}
