using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Models.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="TemporalConvolutionalNetwork"/>. The defaults see 1,271 places.</summary>
public sealed record TemporalConvolutionalNetworkSettings : IValidatableObject
{
    /// <summary>C.</summary>
    [Description("Channels of each level.")]
    [Range(1, 4_096)]
    public int Width { get; init; } = 27;

    /// <summary>L.</summary>
    [Description("Levels; level l has the dilation 2^l, from 0. It sees 1 + 2 (kernel - 1) (2^levels - 1) places.")]
    [Range(1, 20)]
    public int Levels { get; init; } = 7;

    /// <summary>k.</summary>
    [Description("Taps of a convolution.")]
    [Range(1, 64)]
    public int Kernel { get; init; } = 6;

    /// <summary>The longest sample.</summary>
    [Description("The longest sequence, in places.")]
    [Range(1, 1_048_576)]
    public int Block { get; init; } = 1_024;

    /// <summary>After each convolution.</summary>
    [Description("Probability with which numbers are dropped after each convolution in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kernel == 1 && Levels > 1)
        {
            yield return new ValidationResult("of 1 sees the present place alone, on every level: take at least 2, or levels: 1", [nameof(Kernel)]);
        }
    }
}

/// <summary>
/// A temporal convolutional network (Bai, Kolter and Koltun 2018): what it says at a place depends on that place and those before it
/// within the receptive field 1 + Σ (k − 1) d, two convolutions of each level.
/// <para>Shapes: B batch, T places, F input features, C width, O output features. (1) x = the input, F channels; (2) x ← block_l(x),
/// dilation 2^l, l = 0 … L − 1, see <see cref="TemporalBlock"/>; (3) y_t = W x_t + b, at each place or at the last alone.</para>
/// </summary>
public sealed class TemporalConvolutionalNetwork : SeriesModel
{
    /// <summary>Of the weights of (3) and of the 1×1 convolutions before training: that of the authors' program.</summary>
    internal const double InitialDeviation = 0.01;

    private readonly TemporalConvolutionalNetworkSettings settings;
    private readonly ModuleList<TemporalBlock> blocks;
    private readonly Linear output;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="inputFeatures">F.</param>
    /// <param name="outputFeatures">O.</param>
    public TemporalConvolutionalNetwork(TemporalConvolutionalNetworkSettings settings, int inputFeatures, int outputFeatures)
        : base("tcn", inputFeatures, outputFeatures)
    {
        this.settings = settings;
        blocks = nn.ModuleList([.. Enumerable.Range(0, settings.Levels).Select(level =>
            new TemporalBlock(level == 0 ? inputFeatures : settings.Width, settings.Width, settings.Kernel, 1 << level, settings.Dropout))]);
        output = nn.Linear(settings.Width, outputFeatures);
        nn.init.normal_(output.weight, 0, InitialDeviation);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <summary>Places that an output depends on, the present one among them.</summary>
    public long ReceptiveField => CausalConvolution.ReceptiveField(
        Enumerable.Range(0, settings.Levels).SelectMany(level => Enumerable.Repeat((settings.Kernel, 1 << level), 2)));

    /// <inheritdoc />
    public override Tensor Outputs(Tensor input_BTF, bool onlyLast = false)
    {
        using var scope = NewDisposeScope();
        var x_BCT = input_BTF.transpose(1, 2); // (1)
        foreach (var block in blocks)
        {
            x_BCT = block.call(x_BCT); // (2)
        }

        var last = x_BCT.shape[2] - 1;
        return output.call((onlyLast ? x_BCT.narrow(2, last, 1) : x_BCT).transpose(1, 2)).MoveToOuterDisposeScope(); // (3)
    }
}
