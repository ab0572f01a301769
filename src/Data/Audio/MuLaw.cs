namespace SeqCluster.Data.Audio;

/// <summary>
/// μ-law companding with 256 levels (ITU-T G.711; van den Oord et al. 2016, section 2.2): amplitudes in [−1, 1] to levels
/// 0 … 255, finer near silence. Level 0 is exactly −1, level 255 exactly 1.
/// <para>(1) f(x) = sign(x) ln(1 + μ|x|) / ln(1 + μ), μ = 255; (2) level = ⌊(f(x) + 1) / 2 · μ + 1/2⌋;
/// (3) x = sign(y) ((1 + μ)^|y| − 1) / μ, y = 2 level / μ − 1.</para>
/// </summary>
public static class MuLaw
{
    /// <summary>Different levels.</summary>
    public const int Levels = 256;

    /// <summary>The level of silence; amplitude 0 lies between it and the level before.</summary>
    public const byte Silence = 128;

    private const double Mu = Levels - 1;

    private static readonly float[] Amplitudes = [.. Enumerable.Range(0, Levels).Select(Expand)];

    /// <summary>The level of an amplitude; beyond ±1 that of ±1.</summary>
    /// <exception cref="ArgumentException">Not a number.</exception>
    public static byte Encode(float amplitude)
    {
        if (float.IsNaN(amplitude))
        {
            throw new ArgumentException("an amplitude is not a number", nameof(amplitude));
        }

        var x = Math.Clamp((double)amplitude, -1, 1);
        var compressed = Math.Sign(x) * Math.Log(1 + (Mu * Math.Abs(x))) / Math.Log(1 + Mu); // (1)
        return (byte)Math.Floor(((compressed + 1) / 2 * Mu) + 0.5); // (2)
    }

    /// <summary>The levels of many amplitudes.</summary>
    public static byte[] Encode(ReadOnlySpan<float> amplitudes)
    {
        var levels = new byte[amplitudes.Length];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = Encode(amplitudes[i]);
        }

        return levels;
    }

    /// <summary>The amplitude of a level.</summary>
    public static float Decode(byte level) => Amplitudes[level];

    private static float Expand(int level)
    {
        var compressed = (2 * level / Mu) - 1;
        return (float)(Math.Sign(compressed) * (Math.Pow(1 + Mu, Math.Abs(compressed)) - 1) / Mu); // (3)
    }
}
