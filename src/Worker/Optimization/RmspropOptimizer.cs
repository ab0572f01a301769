using System.Numerics;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Worker.Optimization;

/// <summary>
/// RMSprop as torch.optim has it (Tieleman and Hinton 2012, lecture 6.5; centered: Graves 2013, equations 38–45):
/// v ← α v + (1 − α) g²; w ← w − η g / (√v + ε). Centered, m ← α m + (1 − α) g and v − m² stands for v under the root;
/// with momentum μ, b ← μ b + g / (√v + ε) and w ← w − η b.
/// </summary>
internal sealed class RmspropOptimizer : FlatOptimizer
{
    private readonly float[] squares;
    private readonly float[]? means;
    private readonly float[]? momentum;

    public RmspropOptimizer(OptimizerSpec spec, int length)
        : base(spec, length, StateNames(spec))
    {
        squares = State[0].Values;
        means = Named("grad_avg");
        momentum = Named("momentum_buffer");
    }

    public override void Update(
        Span<float> weights,
        ReadOnlySpan<float> gradientSum,
        int offset,
        GradientScale scale,
        double learningRate,
        int step,
        bool decays)
    {
        var constants = new Constants(Spec, scale, learningRate, decays ? Spec.WeightDecay : 0);
        var square = Part(squares, offset, weights.Length);
        var mean = Part(means, offset, weights.Length);
        var pushed = Part(momentum, offset, weights.Length);
        var body = weights.Length - (weights.Length % Vector<float>.Count);
        for (var i = 0; i < weights.Length; i += i < body ? Vector<float>.Count : 1)
        {
            // The tail is single lanes of the same code: it cannot drift from the body.
            var isBody = i < body;
            var (weight, nextSquare, nextMean, nextPushed) = constants.Next(
                Load(weights, i, isBody), Load(gradientSum, i, isBody), Load(square, i, isBody), Load(mean, i, isBody), Load(pushed, i, isBody));
            Store(weight, weights, i, isBody);
            Store(nextSquare, square, i, isBody);
            Store(nextMean, mean, i, isBody);
            Store(nextPushed, pushed, i, isBody);
        }
    }

    // State that a rule does not have would be carried in every checkpoint and transfer for nothing.
    private static string[] StateNames(OptimizerSpec spec) =>
        ["square_avg", .. spec.Centered ? (string[])["grad_avg"] : [], .. spec.Momentum > 0 ? (string[])["momentum_buffer"] : []];

    private static Span<float> Part(float[]? values, int offset, int length) => values is null ? [] : values.AsSpan(offset, length);

    private static Vector<float> Load(ReadOnlySpan<float> values, int at, bool isBody) =>
        values.IsEmpty ? default : isBody ? new Vector<float>(values[at..]) : new Vector<float>(values[at]);

    private static void Store(Vector<float> next, Span<float> values, int at, bool isBody)
    {
        if (values.IsEmpty)
        {
            return;
        }

        if (isBody)
        {
            next.CopyTo(values[at..]);
        }
        else
        {
            values[at] = next[0];
        }
    }

    private float[]? Named(string name) => State.FirstOrDefault(state => state.Name == name)?.Values;

    private readonly struct Constants(OptimizerSpec spec, GradientScale scale, double learningRate, double weightDecay)
    {
        private readonly GradientScale.Vectors scale = scale.ToVectors();
        private readonly bool isCentered = spec.Centered;
        private readonly Vector<float> alpha = new((float)spec.Alpha);
        private readonly Vector<float> oneMinusAlpha = new((float)(1 - spec.Alpha));
        private readonly Vector<float> epsilon = new((float)spec.Epsilon);
        private readonly Vector<float> momentum = new((float)spec.Momentum);
        private readonly Vector<float> rate = new((float)learningRate);
        private readonly Vector<float> decay = new((float)weightDecay);

        public (Vector<float> Weight, Vector<float> Square, Vector<float> Mean, Vector<float> Pushed) Next(
            Vector<float> weight, Vector<float> gradientSum, Vector<float> square, Vector<float> mean, Vector<float> pushed)
        {
            var gradient = scale.Apply(gradientSum) + (decay * weight);
            square = (square * alpha) + (oneMinusAlpha * gradient * gradient);
            var spread = square;
            if (isCentered)
            {
                mean = (mean * alpha) + (oneMinusAlpha * gradient);

                // Rounding may take the mean of squares below the square of the mean, whose root is no number.
                spread = Vector.Max(square - (mean * mean), Vector<float>.Zero);
            }

            // Without momentum μ is 0 and the sum is the change itself.
            pushed = (pushed * momentum) + (gradient / (Vector.SquareRoot(spread) + epsilon));
            return (weight - (rate * pushed), square, mean, pushed);
        }
    }
}
