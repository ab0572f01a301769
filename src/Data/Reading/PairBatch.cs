using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Reading;

/// <summary>
/// Pairs of sequences, for teacher forcing: the model reads <see cref="Source"/> and <see cref="TargetInputs"/> and predicts
/// <see cref="Targets"/>. Rows are padded on the right to the longest of the batch; token numbers are those of the source's and of
/// the target's vocabulary, specials as in <see cref="SpecialTokens"/>.
/// </summary>
/// <param name="Source">[samples, sourcePlaces]: x₁ … xₙ <c>&lt;eos&gt;</c>, then <c>&lt;pad&gt;</c>.</param>
/// <param name="SourceLengths">[samples]: n + 1, the places that are not padding.</param>
/// <param name="SourcePlaces">Columns of the source.</param>
/// <param name="TargetInputs">[samples, targetPlaces]: <c>&lt;bos&gt;</c> y₁ … yₘ, then <c>&lt;pad&gt;</c>.</param>
/// <param name="Targets">[samples, targetPlaces]: y₁ … yₘ <c>&lt;eos&gt;</c>, then <see cref="SequenceBatch.NoTarget"/>.</param>
/// <param name="TargetLengths">[samples]: m + 1.</param>
/// <param name="TargetPlaces">Columns of the target.</param>
/// <param name="Samples">Rows.</param>
/// <param name="Digest">Over sample numbers and contents, padding left out.</param>
public sealed record PairBatch(
    long[] Source,
    int[] SourceLengths,
    int SourcePlaces,
    long[] TargetInputs,
    long[] Targets,
    int[] TargetLengths,
    int TargetPlaces,
    int Samples,
    ulong Digest) : SequenceBatch(Samples, Digest);
