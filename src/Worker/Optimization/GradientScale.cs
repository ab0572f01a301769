using System.Numerics;

namespace SeqCluster.Worker.Optimization;

/// <summary>
/// What turns the sum over replicas into the gradient that the optimizer sees: one division by the global number of
/// targets, clipping by the global norm, then of each element by itself. All are elementwise, so the optimizer applies them in its own pass.
/// </summary>
/// <param name="Divisor">The global count of targets.</param>
/// <param name="Coefficient">1, or below it when the norm is above the limit.</param>
/// <param name="Limit">Of each element after that, on either side of zero; infinity for none.</param>
public readonly record struct GradientScale(float Divisor, float Coefficient, float Limit = float.PositiveInfinity)
{
    // torch.nn.utils.clip_grad_norm_ adds the same.
    private const double NormEpsilon = 1e-6;

    /// <summary>The scale for a reduced sum.</summary>
    /// <param name="count">Global number of targets, positive.</param>
    /// <param name="sumOfSquares">Of the reduced sum, float64, the same on all members.</param>
    /// <param name="clip">Of the norm after the division, and of each element.</param>
    /// <param name="norm">The norm after the division, before clipping.</param>
    public static GradientScale Of(long count, double sumOfSquares, GradientClip clip, out double norm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        norm = Math.Sqrt(sumOfSquares) / count;
        var coefficient = clip.Norm > 0 ? Math.Min(1, clip.Norm / (norm + NormEpsilon)) : 1;
        return new GradientScale(count, (float)coefficient, clip.Value > 0 ? (float)clip.Value : float.PositiveInfinity);
    }

    /// <summary>The scale as vectors of one value each, to apply it inside a pass.</summary>
    internal Vectors ToVectors() => new(new(Divisor), new(Coefficient), new(Limit));

    /// <summary>A scale's parts, each in all lanes.</summary>
    internal readonly record struct Vectors(Vector<float> Divisor, Vector<float> Coefficient, Vector<float> Limit)
    {
        /// <summary>Elements of the sum to elements of the gradient.</summary>
        public Vector<float> Apply(Vector<float> sum) => Vector.Min(Vector.Max(sum / Divisor * Coefficient, -Limit), Limit);
    }
}
