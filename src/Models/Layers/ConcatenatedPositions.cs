using static TorchSharp.torch;

namespace SeqCluster.Models.Layers;

/// <summary>
/// {p_t, x}: the waves of <see cref="SinusoidalPositions"/> beside the embedding instead of added to it. They take the first half
/// of the width, so the embedding has the other half.
/// </summary>
public sealed class ConcatenatedPositions : Positions
{
    private readonly Waves waves;

    /// <summary>Waves for <paramref name="places"/> places; <paramref name="width"/> is a multiple of 4.</summary>
    public ConcatenatedPositions(int places, int width)
        : base(nameof(ConcatenatedPositions))
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width % 4, 0, nameof(width));
        waves = new Waves(places, WaveWidth(width));
    }

    /// <summary>The part of C that the waves take.</summary>
    public static int WaveWidth(int width) => width / 2;

    /// <inheritdoc />
    public override Tensor Mark(Tensor embedding_BTE, int offset)
    {
        using var scope = NewDisposeScope();
        var shape = embedding_BTE.shape;
        var wave_TW = waves.At(offset, (int)shape[1], embedding_BTE);
        return cat([wave_TW.expand(shape[0], -1, -1), embedding_BTE], -1).MoveToOuterDisposeScope();
    }
}
