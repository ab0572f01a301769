using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;

namespace SeqCluster.Models;

/// <summary>A model of p(x_t | x_1 … x_{t−1}) over tokens, which can continue a text.</summary>
public abstract class LanguageModel : TrainableModel<TextBatch>
{
    /// <summary>A model of this kind.</summary>
    protected LanguageModel(string kind)
        : base(kind)
    {
    }

    /// <summary>V: different tokens.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>A text of which nothing has been read yet. Evaluation mode is the caller's.</summary>
    public abstract ITextContinuation NewContinuation();
}
