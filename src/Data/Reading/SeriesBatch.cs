namespace SeqCluster.Data.Reading;

/// <summary>
/// Sequences of real numbers, row by row. A target belongs to a place of the input (a forecast at each step), or there is one place
/// of targets for the whole sequence (sequence to vector): <paramref name="TargetPlaces"/> says which.
/// </summary>
/// <param name="Inputs">[samples, places, inputFeatures].</param>
/// <param name="Targets">[samples, targetPlaces, outputFeatures]; NaN is left out of the loss.</param>
/// <param name="Samples">Rows.</param>
/// <param name="Places">Places of the input.</param>
/// <param name="InputFeatures">Numbers at each place of the input.</param>
/// <param name="TargetPlaces">As many as <paramref name="Places"/>, or 1.</param>
/// <param name="OutputFeatures">Numbers at each place of the targets.</param>
/// <param name="Digest">Over sample numbers and contents.</param>
public sealed record SeriesBatch(
    float[] Inputs,
    float[] Targets,
    int Samples,
    int Places,
    int InputFeatures,
    int TargetPlaces,
    int OutputFeatures,
    ulong Digest) : SequenceBatch(Samples, Digest);
