namespace SeqCluster.Torch.Tests.Bitwise;

/// <summary>A theory that needs python3-torch over the same LibTorch and BLAS; skipped elsewhere, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute() => Skip = LibTorch.MissingBecause ?? BothSides.WhyNot;
}
