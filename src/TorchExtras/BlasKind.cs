namespace SeqCluster.TorchExtras;

/// <summary>Which BLAS this process has mapped.</summary>
public enum BlasKind
{
    /// <summary>None yet: LibTorch is not loaded, or carries its own.</summary>
    None, OpenBlas, Mkl, Blis, Atlas,

    /// <summary>Netlib's reference implementation, about twenty times slower.</summary>
    Reference,
}
