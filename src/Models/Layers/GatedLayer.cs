using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// One layer of WaveNet (van den Oord et al. 2016, figure 4 and equations 2 to 4; numbers as there):
/// (2) z = tanh(W_f ∗ x) ⊙ σ(W_g ∗ x), ∗ a dilated causal convolution; (3) with what the whole sequence is conditioned on, V h is
/// added inside both; (4) with what each place is conditioned on, V ∗ y too, a 1×1 convolution. Then 1×1 convolutions of z make
/// what is added to the residual stream and what goes to the sum of skips: one for both as in the figure, or one for each.
/// [B, C, T] → [B, C, T] and [B, S, T].
/// </summary>
public sealed class GatedLayer : nn.Module
{
    private readonly int width;
    private readonly int skipWidth;
    private readonly CausalConvolution gate;
    private readonly Conv1d mix;
    private readonly Linear? fromClass;
    private readonly Conv1d? fromFeatures;
    private readonly Dropout? dropout;

    /// <summary>A layer.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="isLast">Nobody reads the residual stream after it.</param>
    /// <param name="dropout">Of the layer's input, in training.</param>
    public GatedLayer(GatedLayerShape shape, bool isLast, double dropout)
        : base(nameof(GatedLayer))
    {
        width = shape.IsMixShared || isLast ? 0 : shape.Width;
        skipWidth = shape.SkipWidth;
        Dilation = shape.Dilation;
        gate = new CausalConvolution(shape.Width, 2 * shape.Width, shape.Kernel, shape.Dilation);
        mix = nn.Conv1d(shape.Width, width + skipWidth, 1L);
        fromClass = shape.ClassWidth > 0 ? nn.Linear(shape.ClassWidth, 2 * shape.Width, false) : null;
        fromFeatures = shape.FeatureChannels > 0 ? nn.Conv1d(shape.FeatureChannels, 2 * shape.Width, 1L, 1, 0, 1, PaddingModes.Zeros, 1, false) : null;
        this.dropout = dropout > 0 ? nn.Dropout(dropout) : null;
        RegisterComponents();
    }

    internal int Dilation { get; }

    /// <summary>W and b of the gates: rows 0 … C−1 are the filter's (tanh), the others the gate's (σ).</summary>
    internal CausalConvolution Gate => gate;

    /// <summary>Of the 1×1 convolution; rows 0 … C−1 go to the residual stream where it has its own, the others to the skips.</summary>
    internal Conv1d Mix => mix;

    /// <summary>V of (3): [2C, G].</summary>
    internal Parameter? ClassWeight => fromClass?.weight;

    /// <summary>V of (4): [2C, F, 1].</summary>
    internal Parameter? FeatureWeight => fromFeatures?.weight;

    /// <summary>Applies the layer.</summary>
    /// <param name="x_BCT">The residual stream.</param>
    /// <param name="class_BG">What each sequence is conditioned on; null without.</param>
    /// <param name="feature_BFT">What each place is conditioned on; null without.</param>
    /// <returns>What is added to the residual stream (the skip itself when one convolution makes both), and the skip.</returns>
    public (Tensor Residual_BCT, Tensor Skip_BST) Apply(Tensor x_BCT, Tensor? class_BG, Tensor? feature_BFT)
    {
        using var scope = NewDisposeScope();
        var gates_BHT = gate.call(dropout is null ? x_BCT : dropout.call(x_BCT));
        gates_BHT = fromClass is null ? gates_BHT : gates_BHT + fromClass.call(class_BG!).unsqueeze(2); // (3)
        gates_BHT = fromFeatures is null ? gates_BHT : gates_BHT + fromFeatures.call(feature_BFT!); // (4)
        var halves_BCT = gates_BHT.chunk(2, 1);
        var mixed_BMT = mix.call(halves_BCT[0].tanh() * halves_BCT[1].sigmoid()); // (2)
        if (width == 0)
        {
            var both_BST = mixed_BMT.MoveToOuterDisposeScope();
            return (both_BST, both_BST);
        }

        return (mixed_BMT.narrow(1, 0, width).MoveToOuterDisposeScope(), mixed_BMT.narrow(1, width, skipWidth).MoveToOuterDisposeScope());
    }
}
