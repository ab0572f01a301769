using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>The table PE[p, 2i] = sin(p / 10000^(2i/W)), PE[p, 2i + 1] = cos(p / 10000^(2i/W)) (Vaswani et al. 2017, section 3.5).</summary>
internal sealed class Waves
{
    private readonly int width;
    private readonly double[] table;

    internal Waves(int places, int width)
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

    /// <summary>[places, W] from place <paramref name="offset"/> on; element type and device as <paramref name="like"/>.</summary>
    /// <remarks>Made anew each time, so that the model has no buffer to move between devices or to store.</remarks>
    internal Tensor At(int offset, int places, Tensor like) =>
        tensor(table[(offset * width)..((offset + places) * width)], [places, width], like.dtype, like.device);
}
