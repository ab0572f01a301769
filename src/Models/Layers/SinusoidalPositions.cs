using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// Fixed waves (Vaswani et al. 2017, section 3.5): PE[p, 2i] = sin(p / 10000^(2i/C)), PE[p, 2i + 1] = cos(p / 10000^(2i/C)),
/// added to the embedding times √C (section 3.4), without which the waves would drown it.
/// </summary>
public sealed class SinusoidalPositions : Positions
{
    private readonly int width;
    private readonly double[] table;

    /// <summary>Waves for <paramref name="places"/> places; <paramref name="width"/> is even.</summary>
    public SinusoidalPositions(int places, int width)
        : base(nameof(SinusoidalPositions))
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width % 2, 0, nameof(width));
        this.width = width;
        table = new double[places * width];
        for (var index = 0; index < table.Length; index++)
        {
            var (place, channel) = Math.DivRem(index, width);
            var angle = place / Math.Pow(10_000, (double)(channel - (channel % 2)) / width);
            table[index] = channel % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        }
    }

    /// <inheritdoc />
    public override Tensor AddTo(Tensor embedding_BTC, int offset)
    {
        using var scope = NewDisposeScope();
        var places = (int)embedding_BTC.shape[1];
        // Made anew each time, so that the model has no buffer to move between devices or to store.
        var wave_TC = tensor(table[(offset * width)..((offset + places) * width)], [places, width], embedding_BTC.dtype, embedding_BTC.device);
        return ((embedding_BTC * Math.Sqrt(width)) + wave_TC).MoveToOuterDisposeScope();
    }
}
