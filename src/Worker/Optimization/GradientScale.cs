namespace SeqCluster.Worker.Optimization;

/// <summary>
/// What turns the sum over replicas into the gradient that the optimizer sees: one division by the global number of
/// targets, then clipping by the global norm. Both are elementwise, so the optimizer applies them in its own pass.
/// </summary>
/// <param name="Divisor">The global count of targets.</param>
/// <param name="Coefficient">1, or below it when the norm is above the limit.</param>
public readonly record struct GradientScale(float Divisor, float Coefficient)
{
    // torch.nn.utils.clip_grad_norm_ adds the same.
    private const double NormEpsilon = 1e-6;

    /// <summary>The scale for a reduced sum.</summary>
    /// <param name="count">Global number of targets, positive.</param>
    /// <param name="sumOfSquares">Of the reduced sum, float64, the same on all members.</param>
    /// <param name="clipNorm">Limit of the norm after the division; 0 for none.</param>
    /// <param name="norm">The norm after the division, before clipping.</param>
    public static GradientScale Of(long count, double sumOfSquares, double clipNorm, out double norm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        norm = Math.Sqrt(sumOfSquares) / count;
        var coefficient = clipNorm > 0 ? Math.Min(1, clipNorm / (norm + NormEpsilon)) : 1;
        return new GradientScale(count, (float)coefficient);
    }
}
