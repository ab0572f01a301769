using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>A text before a <see cref="RecurrentLanguageModel"/>: its state, however long the text is.</summary>
internal sealed class RecurrentContinuation(RecurrentLanguageModel model) : ITextContinuation
{
    private Tensor[] state = Array.ConvertAll(model.ZeroState(1), part => part.DetachFromDisposeScope());

    public Tensor Read(ReadOnlySpan<int> tokens)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var token_1T = TokenNumbers.ToTensor(Array.ConvertAll(tokens.ToArray(), token => (long)token), [1, tokens.Length], model.VocabularySize, model.Device);
        var (score_1TV, after) = model.Scores(token_1T, state);
        Dispose();
        state = Array.ConvertAll(after, part => part.DetachFromDisposeScope());
        return score_1TV.select(1, tokens.Length - 1).squeeze(0).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var part in state)
        {
            part.Dispose();
        }
    }
}
