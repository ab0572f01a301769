using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OwnModel;

/// <summary>What <c>model.settings</c> of the job file holds.</summary>
public sealed record GruLanguageModelSettings
{
    /// <summary>Numbers that the model remembers.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Tokens in a training sample.</summary>
    public int Block { get; init; } = 32;
}

/// <summary>
/// A model of one's own: a recurrent language model over text. A model derives from <see cref="TrainableModel{TBatch}"/>, says how
/// wide it is and how long its samples are, and returns the sum of the losses of a batch. Everything else (data, several workers,
/// optimizer, checkpoints) is SeqCluster's. One of text may derive from <see cref="LanguageModel"/>, as this does: then it also says
/// how a text goes on, and <c>seqcluster generate</c> writes with it.
/// </summary>
public sealed class GruLanguageModel : LanguageModel
{
    private readonly GruLanguageModelSettings settings;
    private readonly int vocabularySize;
    private readonly Embedding tokens;
    private readonly GRU recurrence;
    private readonly Linear output;

    /// <summary>SeqCluster calls this constructor: the settings as the job file gives them, and what the data is.</summary>
    public GruLanguageModel(GruLanguageModelSettings settings, DataDescription data)
        : base("gru-lm")
    {
        this.settings = settings;
        vocabularySize = data.VocabularySize;
        tokens = nn.Embedding(vocabularySize, settings.Width);
        recurrence = nn.GRU(settings.Width, settings.Width, 1, true, true);
        output = nn.Linear(settings.Width, vocabularySize);
        RegisterComponents();
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
        var input = tensor(batch.Inputs, [batch.Samples, batch.Block], ScalarType.Int64, tokens.weight!.device);
        var (hidden, _) = recurrence.call(tokens.call(input));
        var scores = output.call(hidden).view(-1, vocabularySize);
        var target = tensor(batch.Targets, ScalarType.Int64, scores.device);
        var loss = nn.functional.cross_entropy(scores, target, null, NoTarget, nn.Reduction.Sum);
        return (loss.MoveToOuterDisposeScope(), batch.Targets.LongLength);
    }

    /// <inheritdoc />
    public override ITextContinuation NewContinuation() => new Continuation(this);

    // A text that has been read: the recurrence's state holds all of it.
    private sealed class Continuation(GruLanguageModel model) : ITextContinuation
    {
        private Tensor state = zeros([1, 1, model.Width], ScalarType.Float32, model.tokens.weight!.device).DetachFromDisposeScope();

        public Tensor Read(ReadOnlySpan<int> tokens)
        {
            using var scope = NewDisposeScope();
            using var withoutGraph = no_grad();
            var numbers = Array.ConvertAll(tokens.ToArray(), token => (long)token);
            var input = tensor(numbers, [1, numbers.Length], ScalarType.Int64, state.device);
            var (hidden, after) = model.recurrence.call(model.tokens.call(input), state);
            state.Dispose();
            state = after.DetachFromDisposeScope();
            return model.output.call(hidden.select(1, numbers.Length - 1)).squeeze(0).MoveToOuterDisposeScope();
        }

        public void Dispose() => state.Dispose();
    }
}
