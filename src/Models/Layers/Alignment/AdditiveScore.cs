using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Alignment;

/// <summary>vᵀ tanh(W [s; h]) (Bahdanau et al. 2015), W [s; h] = W_s s + W_h h.</summary>
public sealed class AdditiveScore : AlignmentScore
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear vector;

    /// <summary>A score with fresh weights and a hidden layer as wide as s.</summary>
    public AdditiveScore(int width)
        : base(nameof(AdditiveScore))
    {
        query = nn.Linear(width, width, false);
        key = nn.Linear(width, width, false);
        vector = nn.Linear(width, 1, false);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor Keys(Tensor memory_BSC) => key.call(memory_BSC);

    /// <inheritdoc />
    public override Tensor Score(Tensor query_BTC, Tensor keys_BSK) =>
        vector.call((query.call(query_BTC).unsqueeze(2) + keys_BSK.unsqueeze(1)).tanh()).squeeze(-1);
}
