using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// A mixture of M logistic distributions, discretized to N levels (Salimans et al. 2017, "PixelCNN++", equations 1 and 2; used for
/// audio in van den Oord et al. 2017, "Parallel WaveNet", section 2). Level v stands for x = 2v/(N−1) − 1.
/// <para>(1) P(v) = Σ_i π_i [σ((x + h − μ_i)/s_i) − σ((x − h − μ_i)/s_i)], h = 1/(N−1); (2) level 0 takes everything below it, level N−1
/// everything above it. Parameters in rows: M scores of π, M of μ, M of log s. Where a bin's probability is lost in float32, it is
/// the density at its middle times its width (as the paper's authors compute it).</para>
/// </summary>
public static class LogisticMixture
{
    /// <summary>Log s is at least this: a narrower one would be a spike between two levels.</summary>
    public const double LogScaleMinimum = -9;

    private const double SmallProbability = 1e-5;

    /// <summary>−log P of each target.</summary>
    /// <param name="parameter_NP">[N, 3M].</param>
    /// <param name="target_N">[N] int64, each 0 … levels − 1.</param>
    /// <param name="levels">N of the equations.</param>
    /// <returns>[N], nats.</returns>
    public static Tensor NegativeLogLikelihood(Tensor parameter_NP, Tensor target_N, int levels)
    {
        using var scope = NewDisposeScope();
        var parts_NM = parameter_NP.chunk(3, 1);
        var logWeight_NM = parts_NM[0].log_softmax(1);
        var logScale_NM = parts_NM[2].clamp_min(LogScaleMinimum);
        var level_N1 = target_N.unsqueeze(1);
        var x_N1 = (level_N1.to(parameter_NP.dtype) * (2.0 / (levels - 1))) - 1;
        var inverse_NM = (-logScale_NM).exp();
        var centred_NM = x_N1 - parts_NM[1];
        var upper_NM = (centred_NM + (1.0 / (levels - 1))) * inverse_NM;
        var lower_NM = (centred_NM - (1.0 / (levels - 1))) * inverse_NM;

        var bin_NM = upper_NM.sigmoid() - lower_NM.sigmoid(); // (1)
        var middle_NM = centred_NM * inverse_NM;
        var density_NM = middle_NM - logScale_NM - (2 * middle_NM.softplus()) + Math.Log(2.0 / (levels - 1));
        var inside_NM = where(bin_NM > SmallProbability, bin_NM.clamp_min(SmallProbability).log(), density_NM);
        var below_NM = upper_NM - upper_NM.softplus(); // (2): log σ(upper)
        var above_NM = -lower_NM.softplus(); // (2): log(1 − σ(lower))
        var logBin_NM = where(level_N1 == 0, below_NM, where(level_N1 == levels - 1, above_NM, inside_NM));
        return (-(logWeight_NM + logBin_NM).logsumexp(1)).MoveToOuterDisposeScope();
    }
}
