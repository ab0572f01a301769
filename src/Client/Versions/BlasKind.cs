namespace SeqCluster.Client.Versions;

/// <summary>Which implementation of the BLAS interface a library is.</summary>
public enum BlasKind
{
    /// <summary>There is no BLAS on this machine.</summary>
    None,

    /// <summary>The reference implementation: 18 times slower in training than an optimized one.</summary>
    Reference,

    /// <summary>OpenBLAS, of whatever threading.</summary>
    OpenBlas,

    /// <summary>Intel's Math Kernel Library.</summary>
    Mkl,

    /// <summary>Another optimized implementation.</summary>
    Other,
}
