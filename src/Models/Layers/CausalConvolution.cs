using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// A dilated causal convolution (van den Oord et al. 2016, section 2.1): y_t = b + Σ_j W_j x_{t − (k−1−j) d}, j = 0 … k−1, zeros
/// before the beginning, so y_t knows nothing after x_t. [B, C, T] → [B, O, T].
/// </summary>
public sealed class CausalConvolution : nn.Module<Tensor, Tensor>
{
    private readonly long reach;
    private readonly Conv1d taps;

    /// <summary>A convolution with k taps, d places apart.</summary>
    /// <param name="inputs">C.</param>
    /// <param name="outputs">O.</param>
    /// <param name="kernel">k.</param>
    /// <param name="dilation">d.</param>
    public CausalConvolution(long inputs, long outputs, long kernel, long dilation)
        : base(nameof(CausalConvolution))
    {
        reach = (kernel - 1) * dilation;
        taps = nn.Conv1d(inputs, outputs, kernel, 1, 0, dilation);
        RegisterComponents();
    }

    /// <summary>[O, C, k]; tap k−1 is the present.</summary>
    internal Parameter Weight => taps.weight;

    /// <summary>[O].</summary>
    internal Parameter Bias => taps.bias!;

    /// <summary>
    /// The places that a stack of convolutions sees, the present one among them: 1 + Σ (k_i − 1) d_i.
    /// </summary>
    public static long ReceptiveField(IEnumerable<(int Kernel, int Dilation)> stack) =>
        1 + stack.Sum(layer => (layer.Kernel - 1L) * layer.Dilation);

    /// <inheritdoc />
    public override Tensor forward(Tensor x_BCT)
    {
        using var scope = NewDisposeScope();
        return taps.call(reach == 0 ? x_BCT : nn.functional.pad(x_BCT, (reach, 0))).MoveToOuterDisposeScope();
    }
}
