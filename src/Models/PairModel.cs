using System.Runtime.InteropServices;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Decoding;
using static TorchSharp.torch;

namespace SeqCluster.Models;

/// <summary>
/// A model of p(target | source): what training and prediction have in common, whether a target is written token by token
/// (<see cref="TranslationModel"/>) or all at once (<see cref="TransformerEncoderModel"/>).
/// <para>Loss: Σ (1 − ε)(−log p[target]) + ε/V Σ_v −log p[v] over the places that are not padding, ε in training only: it is spread
/// over all V tokens, the target among them (Szegedy et al. 2016, section 7).</para>
/// </summary>
public abstract class PairModel : TrainableModel<PairBatch>
{
    /// <summary>A model of this kind.</summary>
    /// <param name="kind">Its name in job files.</param>
    /// <param name="sourceVocabularySize">Different tokens of sources.</param>
    /// <param name="vocabularySize">V: different tokens of targets.</param>
    /// <param name="labelSmoothing">ε.</param>
    private protected PairModel(string kind, int sourceVocabularySize, int vocabularySize, double labelSmoothing)
        : base(kind)
    {
        SourceVocabularySize = sourceVocabularySize;
        VocabularySize = vocabularySize;
        LabelSmoothing = labelSmoothing;
    }

    /// <summary>Different tokens of sources.</summary>
    public int SourceVocabularySize { get; }

    /// <summary>V: different tokens of targets.</summary>
    public int VocabularySize { get; }

    private double LabelSmoothing { get; }

    /// <inheritdoc />
    public override (Tensor Loss, long Targets) SummedLoss(PairBatch batch)
    {
        using var scope = NewDisposeScope();
        CheckLengths(batch);
        TokenNumbers.Check(batch.Targets, VocabularySize, allowNoTarget: true);
        var feature_BTC = TargetFeatures(batch);
        // Padding has no loss: it needs no scores either.
        var places = Enumerable.Range(0, batch.Targets.Length).Where(place => batch.Targets[place] != NoTarget).Select(place => (long)place).ToArray();
        var feature_NC = feature_BTC.reshape(-1, feature_BTC.shape[2]).index_select(0, tensor(places, ScalarType.Int64, feature_BTC.device));
        var target_N = tensor(Array.ConvertAll(places, place => batch.Targets[place]), ScalarType.Int64, feature_BTC.device);
        var loss = nn.functional.cross_entropy(Scores(feature_NC), target_N, null, NoTarget, nn.Reduction.Sum, training ? LabelSmoothing : 0);
        return (loss.MoveToOuterDisposeScope(), places.LongLength);
    }

    /// <summary>Predicts a target for each source. Switches to evaluation mode meanwhile.</summary>
    /// <param name="sources">Token numbers of the source's vocabulary.</param>
    /// <param name="options">How targets are found.</param>
    /// <param name="firstSequence">The number of the first source among all; drawing depends on it, so that batches do not matter.</param>
    /// <param name="cancellation">Checked before each token.</param>
    /// <returns>One for each source, in their order.</returns>
    /// <exception cref="ArgumentException">A source is too long or has a token outside the vocabulary; options out of range; spoilt weights.</exception>
    public IReadOnlyList<DecodedSequence> Predict(
        SourceRows sources, SequenceOptions options, long firstSequence = 0, CancellationToken cancellation = default)
    {
        options.Check();
        CheckPlaces(sources.Places, "source");
        var wasTraining = training;
        using var withoutGraph = no_grad();
        try
        {
            eval();
            return Predicted(sources, options, firstSequence, cancellation);
        }
        finally
        {
            train(wasTraining);
        }
    }

    /// <summary>How much each target place looks at each source place, for pictures; null for a model without attention.</summary>
    /// <returns>[samples, targetPlaces, sourcePlaces]; in each row the places that are not padding add up to 1.</returns>
    public abstract float[,,]? AttentionMaps(PairBatch batch);

    /// <summary>Scores of the next token at every target place, with teacher forcing: [B, T, V].</summary>
    public Tensor Logits(PairBatch batch)
    {
        using var scope = NewDisposeScope();
        CheckLengths(batch);
        return Scores(TargetFeatures(batch)).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Predict"/> in evaluation mode, without gradients, with checked arguments.</summary>
    private protected abstract IReadOnlyList<DecodedSequence> Predicted(
        SourceRows sources, SequenceOptions options, long firstSequence, CancellationToken cancellation);

    /// <summary>What <see cref="Scores"/> takes, at every target place: [B, T, features].</summary>
    private protected abstract Tensor TargetFeatures(PairBatch batch);

    /// <summary>[…, features] → [..., V].</summary>
    private protected abstract Tensor Scores(Tensor feature);

    /// <summary>Throws when a source is longer than <see cref="TrainableModel.Block"/>.</summary>
    private protected void CheckPlaces(int places, string what)
    {
        if (places > Block)
        {
            throw new ArgumentException($"a {what} of {places} places, with its begin or end: the model has been made for {Block} (model.block)");
        }
    }

    /// <summary>[B, T, S] in memory of our own.</summary>
    private protected static float[,,] ToArray(Tensor weight_BTS)
    {
        var shape = weight_BTS.shape;
        var array = new float[shape[0], shape[1], shape[2]];
        weight_BTS.to(ScalarType.Float32).cpu().contiguous().bytes.CopyTo(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref array[0, 0, 0], array.Length)));
        return array;
    }

    private void CheckLengths(PairBatch batch)
    {
        CheckPlaces(batch.SourcePlaces, "source");
        CheckPlaces(batch.TargetPlaces, "target");
    }
}
