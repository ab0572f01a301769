namespace SeqCluster.Bench.Training;

/// <summary>Sizes of <see cref="WaveNetModel"/> and of its batch.</summary>
/// <param name="Levels">Quantisation levels of a sample (μ-law).</param>
/// <param name="Channels">Channels of the residual and skip path.</param>
/// <param name="Kernel">Taps of a dilated convolution.</param>
/// <param name="Layers">Dilated layers.</param>
/// <param name="Cycle">Layers after which the dilation, doubled by each, starts at 1 again.</param>
/// <param name="Time">Length of a sequence, in samples.</param>
/// <param name="Batch">Sequences in a batch.</param>
public sealed record WaveNetConfig(long Levels, long Channels, long Kernel, int Layers, int Cycle, long Time, long Batch)
{
    public static WaveNetConfig Of(ModelSize size) => size == ModelSize.Full
        ? new(256, 64, 2, 30, 10, 4096, 1)
        : new(256, 16, 2, 12, 6, 512, 1);
}
