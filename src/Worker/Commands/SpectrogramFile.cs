using System.Numerics;
using SeqCluster.Data.Audio;
using SeqCluster.Pictures;

namespace SeqCluster.Worker.Commands;

/// <summary>A sound's spectrogram as a file: PNG is the bare picture, SVG has axes.</summary>
internal static class SpectrogramFile
{
    private const double WindowSeconds = 0.032;
    private const int FramesMaximum = 1_280;

    /// <summary>Whether a name ends as one of the two does.</summary>
    public static bool IsKnown(string path) => Extension(path) is ".png" or ".svg";

    public static void Write(string path, Sound sound, string title)
    {
        var window = Math.Max(256, (int)BitOperations.RoundUpToPowerOf2((uint)(sound.Rate * WindowSeconds)));
        var spectrogram = Spectrogram.Of(sound, window, Math.Max(window / 4, (sound.Frames / FramesMaximum) + 1));
        var picture = new SpectrogramPicture
        {
            Title = title,
            Frames = spectrogram.Frames,
            Bins = spectrogram.Bins,
            Seconds = sound.Seconds,
            HighestHz = sound.Rate / 2.0,
            Power = (frame, bin) => spectrogram[frame, bin],
        };
        if (Extension(path) == ".png")
        {
            File.WriteAllBytes(path, picture.ToPng());
        }
        else
        {
            File.WriteAllText(path, picture.ToSvg());
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
