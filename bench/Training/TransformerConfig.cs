namespace SeqCluster.Bench.Training;

/// <summary>Sizes of <see cref="TransformerModel"/> and of its batch.</summary>
/// <param name="Vocabulary">Number of tokens.</param>
/// <param name="Width">Width of the embedding; a multiple of <paramref name="Heads"/>.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Time">Length of a sequence, in tokens.</param>
/// <param name="Batch">Sequences in a batch.</param>
public sealed record TransformerConfig(long Vocabulary, long Width, long Heads, int Layers, long Time, long Batch)
{
    public static TransformerConfig Of(ModelSize size) => size == ModelSize.Full
        ? new(256, 256, 4, 4, 128, 16)
        : new(256, 64, 4, 2, 32, 4);
}
