using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// A residual block of a temporal convolutional network (Bai et al. 2018, section 3.3 and figure 1b):
/// (1) h = dropout(relu(conv₁(x))); (2) h ← dropout(relu(conv₂(h))), both <see cref="NormedConvolution"/>s of one dilation;
/// (3) y = relu(h + x), with a 1×1 convolution of x where the widths differ. [B, I, T] → [B, C, T].
/// </summary>
public sealed class TemporalBlock : nn.Module<Tensor, Tensor>
{
    private readonly NormedConvolution first;
    private readonly NormedConvolution second;
    private readonly Conv1d? skip;
    private readonly Dropout? dropout;

    /// <summary>A block with fresh weights.</summary>
    /// <param name="inputs">I.</param>
    /// <param name="width">C.</param>
    /// <param name="kernel">Taps of each convolution.</param>
    /// <param name="dilation">Places from tap to tap.</param>
    /// <param name="dropout">After each convolution, in training.</param>
    public TemporalBlock(int inputs, int width, int kernel, int dilation, double dropout)
        : base(nameof(TemporalBlock))
    {
        first = new NormedConvolution(inputs, width, kernel, dilation);
        second = new NormedConvolution(width, width, kernel, dilation);
        skip = inputs == width ? null : nn.Conv1d(inputs, width, 1L);
        this.dropout = dropout > 0 ? nn.Dropout(dropout) : null;
        if (skip is not null)
        {
            nn.init.normal_(skip.weight, 0, TemporalConvolutionalNetwork.InitialDeviation);
        }

        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(Tensor x_BIT)
    {
        using var scope = NewDisposeScope();
        var hidden_BCT = Half(second, Half(first, x_BIT)); // (1), (2)
        return (hidden_BCT + (skip is null ? x_BIT : skip.call(x_BIT))).relu().MoveToOuterDisposeScope(); // (3)
    }

    private Tensor Half(NormedConvolution convolution, Tensor x)
    {
        var y = convolution.call(x).relu();
        return dropout is null ? y : dropout.call(y);
    }
}
