namespace SeqCluster.Models.Decoding;

/// <summary>By what the log-probability of n tokens is divided, so that short translations do not win for being short.</summary>
public enum LengthPenalty
{
    /// <summary>((5 + n) / 6)^α (Wu et al. 2016, equation 14).</summary>
    Wu,

    /// <summary>n^α (α = 1: the mean log-probability).</summary>
    Power,
}
