using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;
using SeqCluster.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// The Transformer of Vaswani et al. 2017 ("[V]"): an encoder that reads the source, a decoder that looks at it and at what has been
/// written. Shapes as in <see cref="TransformerLanguageModel"/>; S source places, T target places.
/// <para>(1) m = dropout(mark(E_source[source])); (2) m ← encoder_l(m), l = 1 … N, see <see cref="SelfAttentionLayer"/>;
/// (3) x = dropout(mark(E_target[target])); (4) x ← decoder_l(x, m), see <see cref="CrossAttentionLayer"/>;
/// (5) with pre-norm both end in a normalization; (6) scores = x W_outᵀ, W_out = E_target when tied ([V] 3.4). Padding of the
/// source is never looked at, places of the target only by later ones.</para>
/// </summary>
public sealed class TransformerModel : TranslationModel
{
    private readonly TransformerSettings settings;
    private readonly Embedding? sourceTokens;
    private readonly Embedding targetTokens;
    private readonly Positions sourcePositions;
    private readonly Positions targetPositions;
    private readonly Dropout dropout;
    private readonly ModuleList<SelfAttentionLayer> encoder;
    private readonly ModuleList<CrossAttentionLayer> decoder;
    private readonly LayerNorm? encoderNorm;
    private readonly LayerNorm? decoderNorm;
    private readonly Linear? output;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="sourceVocabularySize">Different tokens of sources.</param>
    /// <param name="vocabularySize">V: different tokens of targets.</param>
    /// <exception cref="ArgumentException">Shared embeddings of vocabularies of different sizes.</exception>
    public TransformerModel(TransformerSettings settings, int sourceVocabularySize, int vocabularySize)
        : base("transformer", sourceVocabularySize, vocabularySize, settings.LabelSmoothing)
    {
        if (settings.ShareEmbeddings && sourceVocabularySize != vocabularySize)
        {
            throw new ArgumentException($"model.shareEmbeddings = true: the source has {sourceVocabularySize} tokens, the target {vocabularySize}: share the vocabulary too, or set it to false", nameof(settings));
        }

        this.settings = settings;
        var isPreNorm = settings.Norm == "pre";
        var embeddingWidth = PositionKinds.EmbeddingWidth(settings.Positions, settings.Width);
        sourceTokens = settings.ShareEmbeddings ? null : nn.Embedding(sourceVocabularySize, embeddingWidth);
        targetTokens = nn.Embedding(vocabularySize, embeddingWidth);
        sourcePositions = PositionKinds.New(settings.Positions, settings.Block, settings.Width);
        targetPositions = PositionKinds.New(settings.Positions, settings.Block, settings.Width);
        dropout = nn.Dropout(settings.Dropout);
        encoder = nn.ModuleList([.. Enumerable.Range(0, settings.EncoderLayers).Select(_ => new SelfAttentionLayer(NewAttention(), NewFeedForward(), NewResidual))]);
        decoder = nn.ModuleList([.. Enumerable.Range(0, settings.DecoderLayers).Select(_ => new CrossAttentionLayer(NewAttention(), NewAttention(), NewFeedForward(), NewResidual))]);
        encoderNorm = isPreNorm ? nn.LayerNorm(settings.Width, 1e-5, true, settings.Bias) : null;
        decoderNorm = isPreNorm ? nn.LayerNorm(settings.Width, 1e-5, true, settings.Bias) : null;
        output = settings.TieWeights ? null : nn.Linear(settings.Width, vocabularySize, false);
        RegisterComponents();
        InitialWeights.OfTransformer(this);
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <inheritdoc />
    public override IIncrementalDecoder StartDecoding(SourceRows sources)
    {
        CheckPlaces(sources.Places, "source");
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var (memory_BSC, mask) = Encode(sources.Tokens, sources.Lengths, sources.Places);
        var memory = decoder.Select(layer => layer.Remember(memory_BSC)).ToList();
        return new IncrementalTransformerDecoder(this, memory, mask, sources.Count);
    }

    /// <inheritdoc />
    public override float[,,] AttentionMaps(PairBatch batch)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var (memory_BSC, memoryMask) = Encode(batch.Source, batch.SourceLengths, batch.SourcePlaces);
        var x_BTC = Embed(batch.TargetInputs, batch.Samples, batch.TargetPlaces, 0);
        var mask_TS = AttentionMask.Causal(batch.TargetPlaces, 0, x_BTC);
        foreach (var layer in decoder.SkipLast(1))
        {
            x_BTC = layer.Apply(x_BTC, mask_TS, layer.Remember(memory_BSC), memoryMask, null);
        }

        // The last layer's, the mean of its heads.
        var last = decoder[decoder.Count - 1];
        return ToArray(last.MemoryWeights(x_BTC, mask_TS, last.Remember(memory_BSC), memoryMask).mean([1]));
    }

    /// <summary>Scores of the tokens after the given ones, which come after those in the caches.</summary>
    /// <param name="tokens">[B, T].</param>
    /// <param name="samples">B.</param>
    /// <param name="memory">Of each layer, by <see cref="CrossAttentionLayer.Remember"/>.</param>
    /// <param name="memoryMask">Forbids the source's padding.</param>
    /// <param name="caches">One a layer; they are extended.</param>
    /// <returns>[B, V], after the last of the tokens.</returns>
    internal Tensor NextScores(
        long[] tokens, int samples, IReadOnlyList<(Tensor Key_BHSD, Tensor Value_BHSD)> memory, Tensor? memoryMask, IReadOnlyList<KeyValueCache> caches)
    {
        using var scope = NewDisposeScope();
        var places = tokens.Length / samples;
        var x_BTC = Decode(Embed(tokens, samples, places, caches[0].Length), places, memory, memoryMask, caches);
        return Scores(x_BTC.select(1, places - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Empty caches, one a layer.</summary>
    internal IReadOnlyList<KeyValueCache> NewCaches() => [.. decoder.Select(_ => new KeyValueCache(Block))];

    /// <summary>Where the model is.</summary>
    internal Device Device => targetTokens.weight!.device;

    private protected override Tensor TargetFeatures(PairBatch batch)
    {
        using var scope = NewDisposeScope();
        var (memory_BSC, memoryMask) = Encode(batch.Source, batch.SourceLengths, batch.SourcePlaces);
        var memory = decoder.Select(layer => layer.Remember(memory_BSC)).ToList();
        var x_BTC = Embed(batch.TargetInputs, batch.Samples, batch.TargetPlaces, 0);
        return Decode(x_BTC, batch.TargetPlaces, memory, memoryMask, null).MoveToOuterDisposeScope();
    }

    // (6)
    private protected override Tensor Scores(Tensor feature) =>
        output is null ? SingleRow.Apply(targetTokens.weight!, feature) : output.Apply(feature);

    private (Tensor Memory_BSC, Tensor? Mask) Encode(long[] source, int[] lengths, int places)
    {
        var table = sourceTokens ?? targetTokens;
        var token_BS = TokenNumbers.ToTensor(source, [lengths.Length, places], SourceVocabularySize, Device);
        var x_BSC = dropout.call(sourcePositions.Mark(table.call(token_BS), 0)); // (1)
        var mask = AttentionMask.Padding(lengths, places, x_BSC);
        foreach (var layer in encoder)
        {
            x_BSC = layer.Apply(x_BSC, mask, null); // (2)
        }

        return (encoderNorm is null ? x_BSC : encoderNorm.call(x_BSC), mask); // (5)
    }

    // (3)
    private Tensor Embed(long[] tokens, int samples, int places, int offset) =>
        dropout.call(targetPositions.Mark(targetTokens.call(TokenNumbers.ToTensor(tokens, [samples, places], VocabularySize, Device)), offset));

    private Tensor Decode(
        Tensor x_BTC, int places, IReadOnlyList<(Tensor Key_BHSD, Tensor Value_BHSD)> memory, Tensor? memoryMask, IReadOnlyList<KeyValueCache>? caches)
    {
        var mask_TS = AttentionMask.Causal(places, caches?[0].Length ?? 0, x_BTC);
        for (var layer = 0; layer < decoder.Count; layer++)
        {
            x_BTC = decoder[layer].Apply(x_BTC, mask_TS, memory[layer], memoryMask, caches?[layer]); // (4)
        }

        return decoderNorm is null ? x_BTC : decoderNorm.call(x_BTC); // (5)
    }

    private MultiHeadAttention NewAttention() => new(settings.Width, settings.Heads, settings.Bias, settings.Dropout);

    private FeedForward NewFeedForward() =>
        new(settings.Width, settings.FeedForward > 0 ? settings.FeedForward : 4 * settings.Width, settings.Activation, settings.Bias);

    private Residual NewResidual() => new(settings.Width, settings.Norm == "pre", settings.Bias, settings.Dropout);
}
