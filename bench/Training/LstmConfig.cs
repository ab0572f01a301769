namespace SeqCluster.Bench.Training;

/// <summary>Sizes of <see cref="LstmModel"/> and of its batch.</summary>
/// <param name="Vocabulary">Number of tokens.</param>
/// <param name="Hidden">Width of the embedding and of each layer's state.</param>
/// <param name="Layers">Recurrent layers.</param>
/// <param name="Time">Length of a sequence, in tokens.</param>
/// <param name="Batch">Sequences in a batch.</param>
public sealed record LstmConfig(long Vocabulary, long Hidden, int Layers, long Time, long Batch)
{
    public static LstmConfig Of(ModelSize size) => size == ModelSize.Full
        ? new(256, 512, 2, 64, 32)
        : new(256, 64, 2, 16, 8);
}
