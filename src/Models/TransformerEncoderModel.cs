using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models.Decoding;
using SeqCluster.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="TransformerEncoderModel"/>.</summary>
public sealed record TransformerEncoderSettings : IValidatableObject
{
    /// <summary>C, the paper's d_model.</summary>
    [Description("Width of the residual stream (d_model).")]
    [Range(1, 65_536)]
    public int Width { get; init; } = 128;

    /// <summary>Layers, each of attention and feed-forward.</summary>
    [Description("Layers, each of attention and feed-forward.")]
    [Range(1, 1_024)]
    public int Layers { get; init; } = 2;

    /// <summary>H.</summary>
    [Description("Attention heads in a layer; must divide width.")]
    [Range(1, 1_024)]
    public int Heads { get; init; } = 4;

    /// <summary>F, the paper's d_ff.</summary>
    [Description("Width of the hidden layer of the feed-forward network; 0: four times width.")]
    [Range(0, 1_048_576)]
    public int FeedForward { get; init; }

    /// <summary>The longest sequence.</summary>
    [Description("The longest source, in tokens, the end of a sequence included.")]
    [Range(2, 65_536)]
    public int Block { get; init; } = 256;

    /// <summary>On attention weights, on what each sublayer adds, and on embeddings.</summary>
    [Description("Probability with which attention weights, what each sublayer adds, and embeddings are dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>Where the layer normalization stands.</summary>
    [Description("post: after each sum (Vaswani et al. 2017); pre: before each sublayer and at the end.")]
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

    /// <summary>ε of the loss in <see cref="PairModel"/>.</summary>
    [Description("Part of each target's probability that is spread over the whole vocabulary in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }

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
    }
}

/// <summary>
/// The encoder of the Transformer alone (Vaswani et al. 2017), for tasks whose target has one token for each of the source: every
/// place is predicted at once, from the whole source. Shapes as in <see cref="TransformerLanguageModel"/>.
/// <para>(1) x = dropout(mark(E[source])); (2) x ← layer_l(x), l = 1 … L, see <see cref="SelfAttentionLayer"/>, padding never looked
/// at; (3) with pre-norm x ← norm(x); (4) scores = x W_outᵀ + b.</para>
/// </summary>
public sealed class TransformerEncoderModel : PairModel
{
    private readonly TransformerEncoderSettings settings;
    private readonly Embedding tokens;
    private readonly Positions positions;
    private readonly Dropout dropout;
    private readonly ModuleList<SelfAttentionLayer> layers;
    private readonly LayerNorm? norm;
    private readonly Linear output;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="sourceVocabularySize">Different tokens of sources.</param>
    /// <param name="vocabularySize">V: different tokens of targets.</param>
    public TransformerEncoderModel(TransformerEncoderSettings settings, int sourceVocabularySize, int vocabularySize)
        : base("transformer-encoder", sourceVocabularySize, vocabularySize, settings.LabelSmoothing)
    {
        this.settings = settings;
        var isPreNorm = settings.Norm == "pre";
        tokens = nn.Embedding(sourceVocabularySize, PositionKinds.EmbeddingWidth(settings.Positions, settings.Width));
        positions = PositionKinds.New(settings.Positions, settings.Block, settings.Width);
        dropout = nn.Dropout(settings.Dropout);
        layers = nn.ModuleList([.. Enumerable.Range(0, settings.Layers).Select(_ => NewLayer(settings, isPreNorm))]);
        norm = isPreNorm ? nn.LayerNorm(settings.Width, 1e-5, true, settings.Bias) : null;
        output = nn.Linear(settings.Width, vocabularySize);
        RegisterComponents();
        InitialWeights.OfTransformer(this);
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <inheritdoc />
    public override float[,,] AttentionMaps(PairBatch batch)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var (x_BTC, mask) = Embed(batch.Source, batch.SourceLengths, batch.SourcePlaces);
        foreach (var layer in layers.SkipLast(1))
        {
            x_BTC = layer.Apply(x_BTC, mask, null);
        }

        // The last layer's, the mean of its heads.
        return ToArray(layers[layers.Count - 1].Weights(x_BTC, mask).mean([1]));
    }

    private protected override Tensor TargetFeatures(PairBatch batch)
    {
        for (var row = 0; row < batch.Samples; row++)
        {
            if (batch.SourceLengths[row] != batch.TargetLengths[row])
            {
                throw new ArgumentException($"a source of {batch.SourceLengths[row] - 1} tokens with a target of {batch.TargetLengths[row] - 1}: transformer-encoder predicts one token for each of the source; use transformer or seq2seq", nameof(batch));
            }
        }

        return Encode(batch.Source, batch.SourceLengths, batch.SourcePlaces);
    }

    private protected override IReadOnlyList<DecodedSequence> Predicted(
        SourceRows sources, SequenceOptions options, long firstSequence, CancellationToken cancellation)
    {
        if (options.BeamWidth != 1 || options.Sampling is not null)
        {
            throw new ArgumentException("transformer-encoder predicts every token at once: neither beams nor drawing apply", nameof(options));
        }

        using var scope = NewDisposeScope();
        var score_BSV = Scores(Encode(sources.Tokens, sources.Lengths, sources.Places)).to(ScalarType.Float32).log_softmax(-1);
        var best_BS = MemoryMarshal.Cast<byte, long>(score_BSV.argmax(-1).cpu().contiguous().bytes).ToArray();
        var logProbability_BS = MemoryMarshal.Cast<byte, float>(score_BSV.amax([-1]).cpu().contiguous().bytes).ToArray();
        return [.. Enumerable.Range(0, sources.Count).Select(row =>
        {
            // The place of the source's end predicts the target's end.
            var (first, count) = (row * sources.Places, sources.Lengths[row] - 1);
            return new DecodedSequence(
                Array.ConvertAll(best_BS[first..(first + count)], token => (int)token),
                logProbability_BS[first..(first + count + 1)].Sum(value => (double)value),
                best_BS[first + count] == SpecialTokens.End);
        })];
    }

    // (4)
    private protected override Tensor Scores(Tensor feature) => output.call(feature);

    private Tensor Encode(long[] source, int[] lengths, int places)
    {
        using var scope = NewDisposeScope();
        var (x_BTC, mask) = Embed(source, lengths, places);
        foreach (var layer in layers)
        {
            x_BTC = layer.Apply(x_BTC, mask, null); // (2)
        }

        return (norm is null ? x_BTC : norm.call(x_BTC)).MoveToOuterDisposeScope(); // (3)
    }

    // (1)
    private (Tensor X_BTC, Tensor? Mask) Embed(long[] source, int[] lengths, int places)
    {
        var token_BT = TokenNumbers.ToTensor(source, [lengths.Length, places], SourceVocabularySize, tokens.weight!.device);
        var x_BTC = dropout.call(positions.Mark(tokens.call(token_BT), 0));
        return (x_BTC, AttentionMask.Padding(lengths, places, x_BTC));
    }

    private static SelfAttentionLayer NewLayer(TransformerEncoderSettings settings, bool isPreNorm) => new(
        new MultiHeadAttention(settings.Width, settings.Heads, settings.Bias, settings.Dropout),
        new FeedForward(settings.Width, settings.FeedForward > 0 ? settings.FeedForward : 4 * settings.Width, settings.Activation, settings.Bias),
        () => new Residual(settings.Width, isPreNorm, settings.Bias, settings.Dropout));
}
