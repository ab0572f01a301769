using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// A causal convolution over one-hot vectors, without making them: y_t = Σ_j E_j[level_{t−j}], j = 0 … k−1, where E_j[level] is
/// the column of tap j that a one would pick, and nothing comes from before the beginning. [B, T] → [B, C, T].
/// </summary>
public sealed class LevelConvolution : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Embedding> taps;

    /// <summary>A convolution with k taps.</summary>
    /// <param name="levels">Length of the one-hot vectors.</param>
    /// <param name="width">C.</param>
    /// <param name="kernel">k.</param>
    public LevelConvolution(int levels, int width, int kernel)
        : base(nameof(LevelConvolution))
    {
        taps = nn.ModuleList([.. Enumerable.Range(0, kernel).Select(_ => nn.Embedding(levels, width))]);
        RegisterComponents();
    }

    /// <summary>E_0 … E_{k−1}, each [levels, C]; 0 is the present.</summary>
    internal IReadOnlyList<Parameter> Tables => [.. taps.Select(tap => tap.weight!)];

    /// <inheritdoc />
    public override Tensor forward(Tensor level_BT)
    {
        using var scope = NewDisposeScope();
        var places = level_BT.shape[1];
        var y_BTC = taps[0].call(level_BT);
        for (var back = 1; back < Math.Min(taps.Count, places); back++)
        {
            var earlier_BTC = taps[back].call(level_BT.narrow(1, 0, places - back));
            y_BTC = y_BTC + nn.functional.pad(earlier_BTC, [0, 0, back, 0]);
        }

        return y_BTC.transpose(1, 2).MoveToOuterDisposeScope();
    }
}
