using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// Fixed waves (Vaswani et al. 2017, section 3.5): PE[p, 2i] = sin(p / 10000^(2i/C)), PE[p, 2i + 1] = cos(p / 10000^(2i/C)),
/// added to the embedding times √C (section 3.4), without which the waves would drown it.
/// </summary>
public sealed class SinusoidalPositions : Positions
{
    private readonly int width;
    private readonly Waves waves;

    /// <summary>Waves for <paramref name="places"/> places; <paramref name="width"/> is even.</summary>
    public SinusoidalPositions(int places, int width)
        : base(nameof(SinusoidalPositions))
    {
        this.width = width;
        waves = new Waves(places, width);
    }

    /// <inheritdoc />
    public override Tensor Mark(Tensor embedding_BTE, int offset)
    {
        using var scope = NewDisposeScope();
        var wave_TC = waves.At(offset, (int)embedding_BTE.shape[1], embedding_BTE);
        return ((embedding_BTE * Math.Sqrt(width)) + wave_TC).MoveToOuterDisposeScope();
    }
}
