using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Models.Layers;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="TransformerModel"/>. The defaults are the base model of Vaswani et al. 2017, table 3.</summary>
public sealed record TransformerSettings : IValidatableObject
{
    /// <summary>C, the paper's d_model.</summary>
    [Description("Width of the residual stream (d_model).")]
    [Range(1, 65_536)]
    public int Width { get; init; } = 512;

    /// <summary>Layers of the encoder.</summary>
    [Description("Layers of the encoder.")]
    [Range(1, 1_024)]
    public int EncoderLayers { get; init; } = 6;

    /// <summary>Layers of the decoder.</summary>
    [Description("Layers of the decoder.")]
    [Range(1, 1_024)]
    public int DecoderLayers { get; init; } = 6;

    /// <summary>H.</summary>
    [Description("Attention heads in a layer; must divide width.")]
    [Range(1, 1_024)]
    public int Heads { get; init; } = 8;

    /// <summary>F, the paper's d_ff.</summary>
    [Description("Width of the hidden layer of the feed-forward network; 0: four times width.")]
    [Range(0, 1_048_576)]
    public int FeedForward { get; init; }

    /// <summary>The longest source and the longest target.</summary>
    [Description("The longest source and target, in tokens, the end of a sequence included.")]
    [Range(2, 65_536)]
    public int Block { get; init; } = 256;

    /// <summary>On attention weights, on what each sublayer adds, and on embeddings.</summary>
    [Description("Probability with which attention weights, what each sublayer adds, and embeddings are dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Where the layer normalization stands.</summary>
    [Description("post: after each sum (Vaswani et al. 2017); pre: before each sublayer and at the end of encoder and decoder.")]
    [AllowedValues("pre", "post")]
    public string Norm { get; init; } = "post";

    /// <summary>How places are told apart.</summary>
    [Description("sinusoidal: waves added to embeddings scaled by the root of width; learned: a vector for each place, added; concatenated: waves as half of the width, the embedding as the other.")]
    [AllowedValues(PositionKinds.Sinusoidal, PositionKinds.Learned, PositionKinds.Concatenated)]
    public string Positions { get; init; } = PositionKinds.Sinusoidal;

    /// <summary>Of the feed-forward network.</summary>
    [Description("Activation of the feed-forward network; gelu is the exact one.")]
    [AllowedValues("relu", "gelu")]
    public string Activation { get; init; } = "relu";

    /// <summary>Biases in linear layers and normalizations.</summary>
    [Description("Biases in linear layers and normalizations.")]
    public bool Bias { get; init; } = true;

    /// <summary>One matrix for target embedding and output.</summary>
    [Description("One matrix for the target embedding and the output layer.")]
    public bool TieWeights { get; init; } = true;

    /// <summary>One matrix for both embeddings.</summary>
    [Description("One matrix for the source and the target embedding; both need the same vocabulary.")]
    public bool ShareEmbeddings { get; init; }

    /// <summary>ε of the loss in <see cref="PairModel"/>.</summary>
    [Description("Part of each target's probability that is spread over the whole vocabulary in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; } = 0.1;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Heads > 0 && Width % Heads != 0)
        {
            yield return new ValidationResult($"heads do not divide width = {Width} evenly", [nameof(Heads)]);
        }

        if (PositionKinds.FaultOf(Positions, Width) is { } fault)
        {
            yield return new ValidationResult(fault, [nameof(Width)]);
        }

        if (Positions == PositionKinds.Concatenated && TieWeights)
        {
            yield return new ValidationResult("must be false with positions: concatenated, whose embeddings are narrower than the output", [nameof(TieWeights)]);
        }
    }
}
