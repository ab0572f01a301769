using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;
using SeqCluster.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>The settings of <see cref="TransformerLanguageModel"/>. The defaults are nanoGPT's small configuration for a CPU.</summary>
public sealed record TransformerLanguageModelSettings : IValidatableObject
{
    /// <summary>C, the paper's d_model.</summary>
    [Description("Width of the residual stream (d_model).")]
    [Range(1, 65_536)]
    public int Width { get; init; } = 128;

    /// <summary>Layers, each of attention and feed-forward.</summary>
    [Description("Layers, each of attention and feed-forward.")]
    [Range(1, 1_024)]
    public int Layers { get; init; } = 4;

    /// <summary>H.</summary>
    [Description("Attention heads in a layer; must divide width.")]
    [Range(1, 1_024)]
    public int Heads { get; init; } = 4;

    /// <summary>F, the paper's d_ff.</summary>
    [Description("Width of the hidden layer of the feed-forward network; 0: four times width.")]
    [Range(0, 1_048_576)]
    public int FeedForward { get; init; }

    /// <summary>The longest context.</summary>
    [Description("The longest context, in tokens; also the length of a training sample.")]
    [Range(1, 65_536)]
    public int Block { get; init; } = 64;

    /// <summary>On attention weights, on what each sublayer adds, and on the embedding.</summary>
    [Description("Probability with which attention weights, what each sublayer adds, and embeddings are dropped in training.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>Where the layer normalization stands.</summary>
    [Description("pre: normalization before each sublayer and at the end (GPT-2); post: after each sum (Vaswani et al. 2017).")]
    [AllowedValues("pre", "post")]
    public string Norm { get; init; } = "pre";

    /// <summary>How places are told apart.</summary>
    [Description("learned (GPT-2); sinusoidal with embeddings scaled by the root of width (Vaswani et al. 2017, 3.4 and 3.5); or concatenated: the waves as half of the width, the embedding as the other.")]
    [AllowedValues(PositionKinds.Learned, PositionKinds.Sinusoidal, PositionKinds.Concatenated)]
    public string Positions { get; init; } = PositionKinds.Learned;

    /// <summary>Of the feed-forward network.</summary>
    [Description("Activation of the feed-forward network; gelu is the exact one.")]
    [AllowedValues("gelu", "relu")]
    public string Activation { get; init; } = "gelu";

    /// <summary>Biases in linear layers and normalizations.</summary>
    [Description("Biases in linear layers and normalizations.")]
    public bool Bias { get; init; }

    /// <summary>One matrix for embedding and output.</summary>
    [Description("One matrix for the embedding and the output layer.")]
    public bool TieWeights { get; init; } = true;

    /// <summary>ε of equation (6).</summary>
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

        if (Positions == PositionKinds.Concatenated && TieWeights)
        {
            yield return new ValidationResult("must be false with positions: concatenated, whose embeddings are narrower than the output", [nameof(TieWeights)]);
        }
    }
}

/// <summary>
/// A decoder-only Transformer over tokens: p(x_t | x_1 … x_{t−1}) for all t at once. After GPT-2 (Radford et al. 2019) as
/// nanoGPT writes it; the original's (Vaswani et al. 2017, "[V]") post-norm and sinusoidal positions are options.
/// <para>Shapes, here and in <c>Layers</c>: B batch, T places, S source places, C width, H heads, D = C/H, F feed-forward width,
/// V vocabulary.</para>
/// <para>(1) x = dropout(E[token] + P[place]); (2) x ← layer_l(x), l = 1 … L, see <see cref="SelfAttentionLayer"/>;
/// (3) with pre-norm x ← norm(x); (4) logits = x W_outᵀ, W_out = E when tied ([V] 3.4);
/// (5) loss = Σ −log softmax(logits)[target]; (6) with label smoothing ([V] 5.4; Szegedy et al. 2016, section 7), training only,
/// loss = Σ (1 − ε)(−log p[target]) + ε/V Σ_v −log p[v]: ε is spread over all V tokens, the target among them.</para>
/// </summary>
public sealed class TransformerLanguageModel : LanguageModel
{
    // Radford et al. 2019, section 2.3, and nanoGPT's _init_weights.
    private const double InitialDeviation = 0.02;

    private readonly TransformerLanguageModelSettings settings;
    private readonly int vocabularySize;
    private readonly Embedding tokens;
    private readonly Positions positions;
    private readonly Dropout dropout;
    private readonly ModuleList<SelfAttentionLayer> layers;
    private readonly LayerNorm? norm;
    private readonly Linear? output;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="vocabularySize">V.</param>
    public TransformerLanguageModel(TransformerLanguageModelSettings settings, int vocabularySize)
        : base("transformer-lm")
    {
        this.settings = settings;
        this.vocabularySize = vocabularySize;
        var isPreNorm = settings.Norm == "pre";
        tokens = nn.Embedding(vocabularySize, PositionKinds.EmbeddingWidth(settings.Positions, settings.Width));
        positions = PositionKinds.New(settings.Positions, settings.Block, settings.Width);
        dropout = nn.Dropout(settings.Dropout);
        layers = nn.ModuleList([.. Enumerable.Range(0, settings.Layers).Select(_ => NewLayer(settings, isPreNorm))]);
        norm = isPreNorm ? nn.LayerNorm(settings.Width, 1e-5, true, settings.Bias) : null;
        output = settings.TieWeights ? null : nn.Linear(settings.Width, vocabularySize, false);
        RegisterComponents();
        Initialize();
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <inheritdoc />
    public override int VocabularySize => vocabularySize;

    /// <inheritdoc />
    public override (Tensor Loss, long Targets) SummedLoss(TextBatch batch)
    {
        using var scope = NewDisposeScope();
        TokenNumbers.Check(batch.Targets, vocabularySize, allowNoTarget: true);
        var logits_BTV = Logits(TokenTensor(batch.Inputs, batch.Samples, batch.Block));
        var target_N = tensor(batch.Targets, ScalarType.Int64, logits_BTV.device);
        // (5), (6)
        var loss = nn.functional.cross_entropy(
            logits_BTV.view(-1, vocabularySize),
            target_N,
            null,
            NoTarget,
            nn.Reduction.Sum,
            training ? settings.LabelSmoothing : 0);
        return (loss.MoveToOuterDisposeScope(), batch.Targets.LongLength - batch.Targets.AsSpan().Count(NoTarget));
    }

    /// <summary>Scores of the next token at every place.</summary>
    /// <param name="tokens_BT">[B, T] int64 token numbers, made by <see cref="TokenTensor"/>.</param>
    /// <param name="caches">From <see cref="NewCaches"/>: the places before these; they are extended by these. Null without any.</param>
    /// <returns>logits [B, T, V].</returns>
    /// <exception cref="ArgumentException">Cached and new places together exceed <see cref="Block"/>.</exception>
    public Tensor Logits(Tensor tokens_BT, IReadOnlyList<KeyValueCache>? caches = null)
    {
        var (offset, places) = (caches?[0].Length ?? 0, (int)tokens_BT.shape[1]);
        if (offset + places > Block)
        {
            throw new ArgumentException($"{offset + places} places: the model has been made for {Block}", nameof(tokens_BT));
        }

        using var scope = NewDisposeScope();
        var x_BTC = dropout.call(positions.Mark(tokens.call(tokens_BT), offset)); // (1)
        var mask_TS = AttentionMask.Causal(places, offset, x_BTC);
        for (var layer = 0; layer < layers.Count; layer++)
        {
            x_BTC = layers[layer].Apply(x_BTC, mask_TS, caches?[layer]); // (2)
        }

        x_BTC = norm is null ? x_BTC : norm.call(x_BTC); // (3)
        var logits_BTV = output is null ? SingleRow.Apply(tokens.weight!, x_BTC) : output.Apply(x_BTC); // (4)
        return logits_BTV.MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public override ITextContinuation NewContinuation() => new TransformerContinuation(this);

    /// <summary>Empty key/value caches, one a layer. The caller disposes them.</summary>
    public IReadOnlyList<KeyValueCache> NewCaches() => [.. layers.Select(_ => new KeyValueCache(Block))];

    /// <summary>Token numbers as a tensor [samples, places] on the model's device.</summary>
    /// <exception cref="ArgumentException">A number outside the vocabulary.</exception>
    public Tensor TokenTensor(long[] numbers, int samples, int places) =>
        TokenNumbers.ToTensor(numbers, [samples, places], vocabularySize, tokens.weight!.device);

    private static SelfAttentionLayer NewLayer(TransformerLanguageModelSettings settings, bool isPreNorm) => new(
        new MultiHeadAttention(settings.Width, settings.Heads, settings.Bias, settings.Dropout),
        new FeedForward(settings.Width, settings.FeedForward > 0 ? settings.FeedForward : 4 * settings.Width, settings.Activation, settings.Bias),
        () => new Residual(settings.Width, isPreNorm, settings.Bias, settings.Dropout));

    // Matrices from a normal distribution, those that write into the residual stream narrower by its 2 L summands;
    // gains 1 and biases 0.
    private void Initialize()
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        foreach (var (name, parameter) in OrderedParameters())
        {
            if (parameter.dim() >= 2)
            {
                var writesResidual = name.EndsWith(".output.weight", StringComparison.Ordinal);
                nn.init.normal_(parameter, 0, writesResidual ? InitialDeviation / Math.Sqrt(2.0 * settings.Layers) : InitialDeviation);
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                nn.init.zeros_(parameter);
            }
        }
    }
}
