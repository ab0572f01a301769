using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Alignment;

/// <summary>cos(s, h) (Graves et al. 2014): sᵀ h / (‖s‖ ‖h‖), each norm at least 10⁻⁸.</summary>
public sealed class CosineScore() : AlignmentScore(nameof(CosineScore))
{
    private const double NormMinimum = 1e-8;

    /// <inheritdoc />
    public override Tensor Keys(Tensor memory_BSC) => Normalized(memory_BSC);

    /// <inheritdoc />
    public override Tensor Score(Tensor query_BTC, Tensor keys_BSK) => Normalized(query_BTC).matmul(keys_BSK.transpose(1, 2));

    private static Tensor Normalized(Tensor x) => x / (x * x).sum(-1, true).clamp_min(NormMinimum * NormMinimum).sqrt();
}
