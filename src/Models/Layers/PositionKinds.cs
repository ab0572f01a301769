namespace SeqCluster.Models.Layers;

/// <summary>The kinds of <see cref="Positions"/> that job files may name, and what each asks of a model.</summary>
public static class PositionKinds
{
    /// <summary>A learned vector for each place, added.</summary>
    public const string Learned = "learned";

    /// <summary>Waves, added.</summary>
    public const string Sinusoidal = "sinusoidal";

    /// <summary>Waves beside the embedding.</summary>
    public const string Concatenated = "concatenated";

    /// <summary>Positions of a kind.</summary>
    /// <param name="kind">Its name.</param>
    /// <param name="places">The longest sequence.</param>
    /// <param name="width">C, of the result.</param>
    public static Positions New(string kind, int places, int width) => kind switch
    {
        Learned => new LearnedPositions(places, width),
        Sinusoidal => new SinusoidalPositions(places, width),
        Concatenated => new ConcatenatedPositions(places, width),
        _ => throw new ArgumentException($"{kind}: must be {Learned}, {Sinusoidal} or {Concatenated}", nameof(kind)),
    };

    /// <summary>The width of embeddings that positions of a kind take: C, or what concatenated ones leave of it.</summary>
    public static int EmbeddingWidth(string kind, int width) => kind == Concatenated ? width - ConcatenatedPositions.WaveWidth(width) : width;

    /// <summary>What is wrong with a width for a kind, or null.</summary>
    public static string? FaultOf(string kind, int width) => kind switch
    {
        Sinusoidal when width % 2 != 0 => "must be even with positions: sinusoidal, which are pairs of sine and cosine",
        Concatenated when width % 4 != 0 => "must be a multiple of 4 with positions: concatenated, whose half is pairs of sine and cosine",
        _ => null,
    };
}
