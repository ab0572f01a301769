using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// A dilated causal convolution with weight normalization (Salimans and Kingma 2016, equation 2): w = g v / ‖v‖ for each filter, g one
/// number for each of them, ‖v‖ over all its inputs and taps; then as <see cref="CausalConvolution"/>. [B, C, T] → [B, O, T].
/// </summary>
public sealed class NormedConvolution : nn.Module<Tensor, Tensor>
{
    private readonly long reach;
    private readonly long dilation;
    private readonly Parameter direction;
    private readonly Parameter gain;
    private readonly Parameter bias;

    /// <summary>A convolution with k taps, d places apart, whose w is what LibTorch's convolutions begin with.</summary>
    /// <param name="inputs">C.</param>
    /// <param name="outputs">O.</param>
    /// <param name="kernel">k.</param>
    /// <param name="dilation">d.</param>
    public NormedConvolution(long inputs, long outputs, long kernel, long dilation)
        : base(nameof(NormedConvolution))
    {
        reach = (kernel - 1) * dilation;
        this.dilation = dilation;
        var bound = 1 / Math.Sqrt(inputs * kernel);
        direction = nn.Parameter(empty(outputs, inputs, kernel));
        nn.init.uniform_(direction, -bound, bound);
        bias = nn.Parameter(empty(outputs));
        nn.init.uniform_(bias, -bound, bound);
        gain = nn.Parameter(empty(outputs));
        RegisterComponents();
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        gain.copy_(Norms(direction).reshape(-1));
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor x_BCT)
    {
        using var scope = NewDisposeScope();
        var weight_OCK = direction * (gain.reshape(-1, 1, 1) / Norms(direction));
        var padded_BCT = reach == 0 ? x_BCT : nn.functional.pad(x_BCT, (reach, 0));
        return nn.functional.conv1d(padded_BCT, weight_OCK, bias, 1, 0, dilation).MoveToOuterDisposeScope();
    }

    // [O, 1, 1].
    private static Tensor Norms(Tensor filters_OCK) => filters_OCK.square().sum([1, 2], true).sqrt();
}
