namespace SeqCluster.Data.Audio;

/// <summary>A chord of sines of equal strength: the classic trial of a model of raw audio.</summary>
public static class ToneChord
{
    /// <summary>D sharp 3, G 3, A sharp 3: the chord of E flat major, Hz.</summary>
    public static IReadOnlyList<double> Frequencies { get; } = [155.56, 196.00, 233.08];

    /// <summary>Samples of the chord. The tones start in phase 0, so the first sample is 0.</summary>
    /// <param name="frequencies">Hz, below half the rate.</param>
    /// <param name="rate">Hz.</param>
    /// <param name="count">Samples.</param>
    /// <param name="peak">The greatest amplitude that the sum can have.</param>
    /// <exception cref="ArgumentException">A frequency that the rate cannot carry.</exception>
    public static Sound Of(IReadOnlyList<double> frequencies, int rate, int count, double peak = 0.9)
    {
        foreach (var frequency in frequencies)
        {
            if (frequency <= 0 || frequency >= rate / 2.0)
            {
                throw new ArgumentException($"a tone of {frequency} Hz: must be above 0 and below half the rate of {rate} Hz", nameof(frequencies));
            }
        }

        var samples = new float[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = (float)(frequencies.Sum(frequency => Math.Sin(2 * Math.PI * frequency * i / rate)) * peak / frequencies.Count);
        }

        return new Sound(rate, 1, samples);
    }
}
