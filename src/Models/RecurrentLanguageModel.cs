using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;
using SeqCluster.Models.Layers.Recurrence;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// A recurrent language model over tokens, as in Karpathy's char-rnn: p(x_t | x_1 … x_{t−1}) from a state that has read x_1 … x_{t−1}.
/// Shapes: B batch, T places, C width, V vocabulary.
/// <para>(1) e = E[token]; (2) s(t) = stack(e(t), s(t − 1)), see <see cref="RecurrentStack"/>; (3) scores = dropout(s) W_outᵀ + b,
/// W_out = E when tied; (4) loss = Σ −log softmax(scores)[target], with label smoothing in training as in
/// <see cref="TransformerLanguageModel"/> (6).</para>
/// <para>Truncated back-propagation through time: the state at the end of a batch's rows is where the next batch's rows begin, but
/// gradients end at the batch's edge.</para>
/// </summary>
public sealed class RecurrentLanguageModel : LanguageModel, ICarriesState
{
    private readonly RecurrentLanguageModelSettings settings;
    private readonly Embedding tokens;
    private readonly RecurrentStack stack;
    private readonly Dropout dropout;
    private readonly Linear? output;

    /// <summary>A model with fresh weights from torch's generator.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="vocabularySize">V.</param>
    public RecurrentLanguageModel(RecurrentLanguageModelSettings settings, int vocabularySize)
        : base("recurrent-lm")
    {
        this.settings = settings;
        VocabularySize = vocabularySize;
        tokens = nn.Embedding(vocabularySize, settings.EmbeddingWidth);
        stack = new RecurrentStack(
            Enumerable.Range(0, settings.Layers).Select(layer => CellKinds.New(settings.Cell, settings.ResetBefore, layer == 0 ? settings.EmbeddingWidth : settings.Width, settings.Width)),
            settings.Dropout);
        dropout = nn.Dropout(settings.Dropout);
        output = settings.TieWeights ? null : nn.Linear(settings.Width, vocabularySize);
        RegisterComponents();
        Initialize();
    }

    /// <inheritdoc />
    public override int Width => settings.Width;

    /// <inheritdoc />
    public override int Block => settings.Block;

    /// <inheritdoc />
    public override int VocabularySize { get; }

    /// <inheritdoc />
    public override (Tensor Loss, long Targets) SummedLoss(TextBatch batch)
    {
        using var scope = NewDisposeScope();
        var (loss, targets, _) = SummedLoss(batch, ZeroState(batch.Samples));
        return (loss.MoveToOuterDisposeScope(), targets);
    }

    /// <summary>The loss of a batch whose rows go on where others ended.</summary>
    /// <param name="batch">Rows of text.</param>
    /// <param name="state">Tensors [B, C] from <see cref="ZeroState"/> or from the batch before; no gradient goes into them.</param>
    /// <returns>The summed loss, the number of targets, and the state at the end of each row, without a graph.</returns>
    public (Tensor Loss, long Targets, Tensor[] State) SummedLoss(TextBatch batch, Tensor[] state)
    {
        using var scope = NewDisposeScope();
        TokenNumbers.Check(batch.Targets, VocabularySize, allowNoTarget: true);
        var token_BT = TokenNumbers.ToTensor(batch.Inputs, [batch.Samples, batch.Block], VocabularySize, Device);
        var (score_BTV, after) = Scores(token_BT, state);
        var target_N = tensor(batch.Targets, ScalarType.Int64, Device);
        var loss = nn.functional.cross_entropy( // (4)
            score_BTV.reshape(-1, VocabularySize), target_N, null, NoTarget, nn.Reduction.Sum, training ? settings.LabelSmoothing : 0);
        return (
            loss.MoveToOuterDisposeScope(),
            batch.Targets.LongLength - batch.Targets.AsSpan().Count(NoTarget),
            Array.ConvertAll(after, part => part.detach().clone().MoveToOuterDisposeScope()));
    }

    /// <inheritdoc />
    (Tensor Loss, long Targets, Tensor[] State) ICarriesState.SummedLoss(SequenceBatch batch, Tensor[] state) => SummedLoss(
        batch as TextBatch ?? throw new ArgumentException($"{nameof(RecurrentLanguageModel)} takes a {nameof(TextBatch)}, not a {batch.GetType().Name}", nameof(batch)), state);

    /// <summary>The state before any text: zeros, [rows, C] each.</summary>
    public Tensor[] ZeroState(int rows) => stack.ZeroState(rows, tokens.weight!);

    /// <inheritdoc />
    public override ITextContinuation NewContinuation() => new RecurrentContinuation(this);

    /// <summary>Scores [B, T, V] at every place, and the state after the last.</summary>
    internal (Tensor Score_BTV, Tensor[] State) Scores(Tensor token_BT, Tensor[] state)
    {
        var (state_BTC, after) = stack.Run(tokens.call(token_BT), state); // (1), (2)
        var x_BTC = dropout.call(state_BTC);
        return (output is null ? nn.functional.linear(x_BTC, tokens.weight!) : output.call(x_BTC), after); // (3)
    }

    /// <summary>Where the model is.</summary>
    internal Device Device => tokens.weight!.device;

    // As char-rnn: everything uniform in ±0.08.
    private void Initialize()
    {
        const double Bound = 0.08;
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        foreach (var (_, parameter) in OrderedParameters())
        {
            nn.init.uniform_(parameter, -Bound, Bound);
        }
    }
}
