using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Alignment;

/// <summary>sᵀ W h (Luong et al. 2015).</summary>
public sealed class GeneralScore : AlignmentScore
{
    private readonly Linear key;

    /// <summary>A score with fresh weights.</summary>
    public GeneralScore(int width)
        : base(nameof(GeneralScore))
    {
        key = nn.Linear(width, width, false);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Keys(Tensor memory_BSC) => key.call(memory_BSC);

    /// <inheritdoc />
    public override Tensor Score(Tensor query_BTC, Tensor keys_BSK) => query_BTC.matmul(keys_BSK.transpose(1, 2));
}
