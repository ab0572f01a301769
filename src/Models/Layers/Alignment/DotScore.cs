using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Alignment;

/// <summary>sᵀ h, or sᵀ h / √C (Luong et al. 2015; Vaswani et al. 2017).</summary>
public sealed class DotScore(bool isScaled) : AlignmentScore(nameof(DotScore))
{
    /// <inheritdoc />
    public override Tensor Score(Tensor query_BTC, Tensor keys_BSK) =>
        (isScaled ? query_BTC * (1 / Math.Sqrt(query_BTC.shape[2])) : query_BTC).matmul(keys_BSK.transpose(1, 2));
}
