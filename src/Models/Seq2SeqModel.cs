using System.Runtime.InteropServices;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;
using SeqCluster.Models.Layers;
using SeqCluster.Models.Layers.Alignment;
using SeqCluster.Models.Layers.Recurrence;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// Recurrent encoder and decoder (Sutskever et al. 2014; Cho et al. 2014), with attention (Bahdanau et al. 2015; Luong et al. 2015).
/// Shapes: B batch, S source places, T target places, C width, E embedding, V vocabulary.
/// <para>(1) h, z = encoder(dropout(E_source[source])): a vector h_j for each source place, and the summary z;
/// (2) the decoder begins at tanh(W_0 z + b_0), one vector for each of its state tensors, or at 0 with <c>context: input</c>;
/// (3) attention: a_t = softmax(score(s, h)), c_t = Σ_j a_tj h_j; without attention c_t = z;
/// (4) s_t = decoder(dropout(E_target[y_{t−1}]), s_{t−1}); with <c>context: input</c> or <c>both</c> it reads [E_target[y_{t−1}]; c_t],
/// and s in (3) is s_{t−1} (Bahdanau), else s_t (Luong); (5) o_t = dropout(tanh(W_o [s_t; c_t] + b_o)), without c_t when there is
/// neither attention nor a context that is fed; (6) scores = o_t W_outᵀ, W_out = E_target when tied.</para>
/// <para>Scheduled sampling (Bengio et al. 2015), training only: each y_{t−1} is the given token with the probability of
/// <see cref="Seq2SeqSettings.TeacherForcing"/>, else the most probable one by the model's own scores. The draws come from torch's
/// generator, which the training loop seeds for each step and replica.</para>
/// </summary>
public sealed class Seq2SeqModel : TranslationModel
{
    private readonly Seq2SeqSettings settings;
    private readonly Embedding sourceTokens;
    private readonly Embedding targetTokens;
    private readonly Dropout dropout;
    private readonly RecurrentEncoder encoder;
    private readonly Linear? begin;
    private readonly RecurrentStack decoder;
    private readonly AlignmentScore? alignment;
    private readonly Linear readout;
    private readonly Linear? output;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="sourceVocabularySize">Different tokens of sources.</param>
    /// <param name="vocabularySize">V: different tokens of targets.</param>
    public Seq2SeqModel(Seq2SeqSettings settings, int sourceVocabularySize, int vocabularySize)
        : base("seq2seq", sourceVocabularySize, vocabularySize, settings.LabelSmoothing)
    {
        this.settings = settings;
        var (width, embedding) = (settings.Width, settings.EmbeddingWidth);
        RecurrentCell NewCell(int inputWidth, int units) => CellKinds.New(settings.Cell, settings.ResetBefore, inputWidth, units);
        sourceTokens = nn.Embedding(sourceVocabularySize, embedding);
        targetTokens = nn.Embedding(vocabularySize, embedding);
        dropout = nn.Dropout(settings.Dropout);
        encoder = new RecurrentEncoder(NewCell, embedding, width, settings.EncoderLayers, settings.Bidirectional, settings.Dropout);
        var input = embedding + (settings.FeedsContext ? width : 0);
        decoder = new RecurrentStack(Enumerable.Range(0, settings.DecoderLayers).Select(layer => NewCell(layer == 0 ? input : width, width)), settings.Dropout);
        begin = settings.Context == Seq2SeqSettings.ContextAsInput ? null : nn.Linear(width, width * decoder.StateTensors);
        alignment = AlignmentKinds.New(settings.Attention, width, settings.Block);
        readout = nn.Linear(alignment is null && !settings.FeedsContext ? width : 2 * width, embedding);
        output = settings.TieWeights ? null : nn.Linear(embedding, vocabularySize);
        RegisterComponents();
        Initialize();
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
        var read = Read(sources.Tokens, sources.Lengths, sources.Places);
        return new Seq2SeqDecoder(this, read, Begin(read));
    }

    /// <inheritdoc />
    public override float[,,]? AttentionMaps(PairBatch batch)
    {
        if (alignment is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var weights = new List<Tensor>();
        Decode(batch, weights);
        return ToArray(cat(weights, 1));
    }

    /// <summary>Scores [B, V] of the tokens after these, and the state after them.</summary>
    internal (Tensor Score_BV, Tensor[] State) NextScores(long[] tokens, ReadSource source, Tensor[] state)
    {
        var token_B = TokenNumbers.ToTensor(tokens, [tokens.Length], VocabularySize, Device);
        var (feature, after) = Step(dropout.call(targetTokens.call(token_B)), state, source, null);
        return (Scores(feature), after);
    }

    /// <summary>Where the model is.</summary>
    internal Device Device => targetTokens.weight!.device;

    private protected override Tensor TargetFeatures(PairBatch batch) => Decode(batch, null);

    // (6)
    private protected override Tensor Scores(Tensor feature) =>
        output is null ? SingleRow.Apply(targetTokens.weight!, feature) : output.Apply(feature);

    // (1)
    private ReadSource Read(long[] source, int[] lengths, int places)
    {
        var token_BS = TokenNumbers.ToTensor(source, [lengths.Length, places], SourceVocabularySize, Device);
        var (memory_BSC, summary_BC) = encoder.Read(dropout.call(sourceTokens.call(token_BS)), lengths);
        return new ReadSource(memory_BSC, alignment?.Keys(memory_BSC) ?? memory_BSC, AttentionMask.Padding(lengths, places, memory_BSC)?.squeeze(1), summary_BC);
    }

    // (2)
    private Tensor[] Begin(ReadSource source) =>
        begin is null ? decoder.ZeroState(source.Summary_BC.shape[0], source.Summary_BC) : begin.call(source.Summary_BC).tanh().chunk(decoder.StateTensors, -1);

    private Tensor Decode(PairBatch batch, List<Tensor>? weights)
    {
        using var scope = NewDisposeScope();
        var source = Read(batch.Source, batch.SourceLengths, batch.SourcePlaces);
        var token_BT = TokenNumbers.ToTensor(batch.TargetInputs, [batch.Samples, batch.TargetPlaces], VocabularySize, Device);
        var given = training ? settings.GivenPart(TrainingStep) : 1;
        var feature = given < 1 || (settings.FeedsContext && alignment is not null)
            ? DecodeInSteps(batch, token_BT, source, given, weights)
            : DecodeAtOnce(token_BT, source, weights);
        foreach (var weight in weights ?? [])
        {
            weight.MoveToOuterDisposeScope();
        }

        return feature.MoveToOuterDisposeScope();
    }

    // (3) to (5) for all places together: no place reads what another's attention has found.
    private Tensor DecodeAtOnce(Tensor token_BT, ReadSource source, List<Tensor>? weights)
    {
        var x_BTE = dropout.call(targetTokens.call(token_BT));
        var summary_BTC = source.Summary_BC.unsqueeze(1).expand(-1, token_BT.shape[1], -1);
        var (state_BTC, _) = decoder.Run(settings.FeedsContext ? cat([x_BTE, summary_BTC], -1) : x_BTE, Begin(source));
        var context_BTC = alignment is not null ? Attend(state_BTC, source, weights) : settings.FeedsContext ? summary_BTC : null;
        return Readout(state_BTC, context_BTC);
    }

    private Tensor DecodeInSteps(PairBatch batch, Tensor token_BT, ReadSource source, double given, List<Tensor>? weights)
    {
        var isGiven = given < 1 ? Draws(batch.Samples * batch.TargetPlaces, given) : null;
        var state = Begin(source);
        var features = new List<Tensor>(batch.TargetPlaces);
        for (var place = 0; place < batch.TargetPlaces; place++)
        {
            var token_B = token_BT.select(1, place);
            if (isGiven is not null && place > 0)
            {
                using var withoutGraph = no_grad();
                var own_B = Scores(features[^1]).argmax(-1);
                var choice_B = tensor(isGiven[(place * batch.Samples)..((place + 1) * batch.Samples)], ScalarType.Bool, Device);
                token_B = where(choice_B, token_B, own_B);
            }

            (var feature, state) = Step(dropout.call(targetTokens.call(token_B)), state, source, weights);
            features.Add(feature);
        }

        return stack(features, 1);
    }

    // (3) to (5) for one place.
    private (Tensor Feature_BE, Tensor[] State) Step(Tensor x_BE, Tensor[] state, ReadSource source, List<Tensor>? weights)
    {
        Tensor? context_BC = settings.FeedsContext && alignment is null ? source.Summary_BC : null;
        if (settings.FeedsContext && alignment is not null)
        {
            context_BC = Attend(decoder.OutputOf(state).unsqueeze(1), source, weights).squeeze(1);
        }

        var (output_BC, after) = decoder.Step(context_BC is null ? x_BE : cat([x_BE, context_BC], -1), state);
        if (context_BC is null && alignment is not null)
        {
            context_BC = Attend(output_BC.unsqueeze(1), source, weights).squeeze(1);
        }

        return (Readout(output_BC, context_BC), after);
    }

    // (3)
    private Tensor Attend(Tensor query_BTC, ReadSource source, List<Tensor>? weights)
    {
        var score_BTS = alignment!.Score(query_BTC, source.Keys_BSK);
        var weight_BTS = (source.Mask_B1S is null ? score_BTS : score_BTS + source.Mask_B1S).softmax(-1);
        weights?.Add(weight_BTS);
        return weight_BTS.matmul(source.Memory_BSC);
    }

    // (5)
    private Tensor Readout(Tensor state, Tensor? context) =>
        dropout.call(readout.call(context is null ? state : cat([state, context], -1)).tanh());

    private static bool[] Draws(int count, double given)
    {
        using var draws = rand(count);
        return Array.ConvertAll(MemoryMarshal.Cast<byte, float>(draws.bytes).ToArray(), draw => draw < given);
    }

    // Uniform in ±1/√C as LibTorch's recurrent layers, embeddings from a normal distribution of variance 1/E, biases 0.
    private void Initialize()
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var bound = 1 / Math.Sqrt(settings.Width);
        foreach (var (name, parameter) in OrderedParameters())
        {
            if (name is "sourceTokens.weight" or "targetTokens.weight")
            {
                nn.init.normal_(parameter, 0, 1 / Math.Sqrt(settings.EmbeddingWidth));
            }
            else if (parameter.dim() >= 2)
            {
                nn.init.uniform_(parameter, -bound, bound);
            }
            else
            {
                nn.init.zeros_(parameter);
            }
        }
    }
}
