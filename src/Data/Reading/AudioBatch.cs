namespace SeqCluster.Data.Reading;

/// <summary>
/// Windows of recordings as quantized samples, row by row: [samples, places]. A window begins with what the model needs to hear
/// before its first target; those places, and what a short recording lacks, have <see cref="SequenceBatch.NoTarget"/>.
/// </summary>
/// <param name="Inputs">Quantization level at each place; before the recording begins, the level of silence.</param>
/// <param name="Targets">The level after it, or <see cref="SequenceBatch.NoTarget"/>.</param>
/// <param name="Samples">Rows.</param>
/// <param name="Places">Columns.</param>
/// <param name="Classes">[samples]: what the whole recording is conditioned on (speaker, digit); null without classes.</param>
/// <param name="Features">[samples, featureChannels, places]: what each place is conditioned on; null without features.</param>
/// <param name="FeatureChannels">Channels of <paramref name="Features"/>; 0 without.</param>
/// <param name="Digest">Over sample numbers and contents.</param>
public sealed record AudioBatch(
    long[] Inputs,
    long[] Targets,
    int Samples,
    int Places,
    long[]? Classes,
    float[]? Features,
    int FeatureChannels,
    ulong Digest) : SequenceBatch(Samples, Digest);
