namespace SeqCluster.Data.Audio;

/// <summary>
/// What a vocoder is conditioned on: the logarithmic power in bands that lie evenly on the mel scale
/// m(f) = 2595 log₁₀(1 + f/700) (O'Shaughnessy 1987), one set of numbers for each hop of samples. Triangular bands over a Hann
/// window, centred on the hop.
/// </summary>
public static class BandPowers
{
    /// <summary>Power below full scale that counts as silence, dB.</summary>
    public const double FloorDecibels = -100;

    /// <summary>Powers as numbers from 0, silence, to 65,535, full scale, evenly in decibels.</summary>
    /// <param name="sound">Of one channel.</param>
    /// <param name="bands">Numbers in a set.</param>
    /// <param name="hop">Samples that a set stands for.</param>
    /// <returns>[⌈samples / hop⌉, bands].</returns>
    public static ushort[] Of(Sound sound, int bands, int hop)
    {
        var window = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4 * hop, 4 * bands));
        var filters = Filters(bands, window, sound.Rate);
        // So many zeros in front that the first window is centred on the first hop.
        var lead = (window - hop) / 2;
        var padded = new Sound(sound.Rate, 1, [.. new float[lead], .. sound.Samples, .. new float[window]]);
        var spectrogram = Spectrogram.Of(padded, window, hop);
        var sets = (sound.Frames + hop - 1) / hop;
        // A sine of full scale has the power (window / 4)² in its bin.
        var fullScale = window / 4.0 * (window / 4.0);
        var numbers = new ushort[sets * bands];
        for (var set = 0; set < sets; set++)
        {
            for (var band = 0; band < bands; band++)
            {
                var power = filters[band].Sum(entry => entry.Weight * spectrogram[set, entry.Bin]) / fullScale;
                var decibels = Math.Clamp(10 * Math.Log10(Math.Max(power, 1e-30)), FloorDecibels, 0);
                numbers[(set * bands) + band] = (ushort)Math.Round((1 - (decibels / FloorDecibels)) * ushort.MaxValue);
            }
        }

        return numbers;
    }

    /// <summary>A number of <see cref="Of"/> as a model takes it: −1 for silence to 1 for full scale.</summary>
    public static float ToFeature(int number) => (number / 32_767.5f) - 1;

    private static (int Bin, double Weight)[][] Filters(int bands, int window, int rate)
    {
        double Mel(double hertz) => 2_595 * Math.Log10(1 + (hertz / 700));
        var top = Mel(rate / 2.0);
        var filters = new (int, double)[bands][];
        for (var band = 0; band < bands; band++)
        {
            double middle = band + 1;
            filters[band] = [.. Enumerable.Range(0, (window / 2) + 1)
                .Select(bin => (bin, Weight: 1 - Math.Abs((Mel((double)bin * rate / window) / top * (bands + 1)) - middle)))
                .Where(entry => entry.Weight > 0)];
        }

        return filters;
    }
}
