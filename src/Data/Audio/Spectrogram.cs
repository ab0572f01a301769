using System.Numerics;

namespace SeqCluster.Data.Audio;

/// <summary>
/// Power over time and frequency: |X_k|² of Hann-windowed pieces of the sound. Powers are relative, not calibrated.
/// </summary>
public sealed class Spectrogram
{
    private readonly double[][] frames;

    private Spectrogram(int rate, int window, double[][] frames)
    {
        this.frames = frames;
        Rate = rate;
        Window = window;
    }

    /// <summary>Of the sound, Hz.</summary>
    public int Rate { get; }

    /// <summary>Samples in a piece.</summary>
    public int Window { get; }

    /// <summary>Pieces: columns of the picture.</summary>
    public int Frames => frames.Length;

    /// <summary>Frequencies from 0 to half the rate, both among them.</summary>
    public int Bins => (Window / 2) + 1;

    /// <summary>Distance between two frequencies, Hz.</summary>
    public double BinHz => (double)Rate / Window;

    /// <summary>Power at a time and a frequency.</summary>
    public double this[int frame, int bin] => frames[frame][bin];

    /// <summary>Analyses a sound of one channel.</summary>
    /// <param name="sound">Shorter than a window: filled up with silence.</param>
    /// <param name="window">A power of two.</param>
    /// <param name="hop">Samples from one piece to the next.</param>
    /// <exception cref="ArgumentException">More channels than one, or a window that is no power of two.</exception>
    public static Spectrogram Of(Sound sound, int window, int hop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hop);
        if (sound.Channels != 1)
        {
            throw new ArgumentException($"{sound.Channels} channels: a spectrogram is of one", nameof(sound));
        }

        var count = 1 + (Math.Max(0, sound.Frames - window) / hop);
        var frames = new double[count][];
        var piece = new Complex[window];
        for (var frame = 0; frame < count; frame++)
        {
            for (var i = 0; i < window; i++)
            {
                var at = (frame * hop) + i;
                var hann = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / window));
                piece[i] = at < sound.Frames ? hann * sound.Samples[at] : 0;
            }

            FourierTransform.Forward(piece);
            frames[frame] = [.. piece.Take((window / 2) + 1).Select(value => (value.Real * value.Real) + (value.Imaginary * value.Imaginary))];
        }

        return new Spectrogram(sound.Rate, window, frames);
    }

    /// <summary>
    /// The part of all power, constant offset left out, that lies in the bins nearest to given frequencies and in their two
    /// neighbours each (a Hann window spreads a tone over them).
    /// </summary>
    /// <param name="frequencies">Hz.</param>
    public double PartAt(IReadOnlyList<double> frequencies)
    {
        var near = frequencies.Select(frequency => (int)Math.Round(frequency / BinHz)).SelectMany(bin => new[] { bin - 1, bin, bin + 1 }).ToHashSet();
        var (all, part) = (0.0, 0.0);
        foreach (var frame in frames)
        {
            // Bins 0 and 1 hold the offset.
            for (var bin = 2; bin < Bins; bin++)
            {
                all += frame[bin];
                part += near.Contains(bin) ? frame[bin] : 0;
            }
        }

        return all == 0 ? 0 : part / all;
    }
}
