namespace SeqCluster.Data.Audio;

/// <summary>How amplitudes become numbered levels and back: the alphabet of a model of sound.</summary>
public sealed class Quantization
{
    private readonly Func<float, int> encode;
    private readonly Func<int, float> decode;

    private Quantization(string name, int levels, Func<float, int> encode, Func<int, float> decode)
    {
        Name = name;
        Levels = levels;
        this.encode = encode;
        this.decode = decode;
    }

    /// <summary>256 levels, finer near silence.</summary>
    public static Quantization MuLaw { get; } = new("muLaw", Audio.MuLaw.Levels, sample => Audio.MuLaw.Encode(sample), level => Audio.MuLaw.Decode((byte)level));

    /// <summary>65,536 levels, those of 16 bit PCM.</summary>
    public static Quantization Linear16 { get; } = new(
        "linear16", 65_536, sample => (int)Math.Clamp(Math.Round(sample * 32_768.0), -32_768, 32_767) + 32_768, level => (level - 32_768) / 32_768f);

    /// <summary>As job files name it.</summary>
    public string Name { get; }

    /// <summary>Different levels.</summary>
    public int Levels { get; }

    /// <summary>The level of silence: what a sound is preceded by.</summary>
    public int Silence => Levels / 2;

    /// <summary>By its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Quantization Named(string name) => name == MuLaw.Name ? MuLaw
        : name == Linear16.Name ? Linear16
        : throw new ArgumentException($"quantization {name}: must be {MuLaw.Name} or {Linear16.Name}", nameof(name));

    /// <summary>The level nearest to an amplitude; beyond ±1 that of ±1.</summary>
    public int Encode(float amplitude) => encode(amplitude);

    /// <summary>The amplitude that a level stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public float Decode(int level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, Levels);
        return decode(level);
    }
}
