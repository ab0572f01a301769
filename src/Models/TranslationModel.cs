using SeqCluster.Data.Tokenizing;
using SeqCluster.Models.Decoding;

namespace SeqCluster.Models;

/// <summary>
/// A model that reads a source whole and writes a target token by token, each with a view of those before it: the Transformer and
/// the recurrent models.
/// </summary>
public abstract class TranslationModel : PairModel
{
    /// <inheritdoc />
    private protected TranslationModel(string kind, int sourceVocabularySize, int vocabularySize, double labelSmoothing)
        : base(kind, sourceVocabularySize, vocabularySize, labelSmoothing)
    {
    }

    /// <summary>Reads sources and gets ready to write one target for each. Evaluation mode is the caller's.</summary>
    /// <exception cref="ArgumentException">A source is too long, or has a token outside the vocabulary.</exception>
    public abstract IIncrementalDecoder StartDecoding(SourceRows sources);

    private protected override IReadOnlyList<DecodedSequence> Predicted(
        SourceRows sources, SequenceOptions options, long firstSequence, CancellationToken cancellation)
    {
        using var decoder = StartDecoding(sources);
        return new SequenceDecoder(options, SpecialTokens.Begin, SpecialTokens.End, [SpecialTokens.Padding, SpecialTokens.Begin, SpecialTokens.Unknown])
            .Decode(decoder, firstSequence, cancellation);
    }
}
