using System.Text.RegularExpressions;
using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation.Recordings;

/// <summary>
/// Turns WAV files into recordings of levels. Never resamples or mixes: a file that does not fit is a fault, and all of them are
/// told at once.
/// </summary>
internal static class WavPreparation
{
    private const int SamplesMinimum = 2;
    private const int ClassesMaximum = 65_536;
    private const string Suffix = ".wav";
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <exception cref="PreparationFault">Files are missing, no WAV, of another rate, too short, or without a class.</exception>
    public static DatasetManifest Prepare(WavSettings settings, PreparationContext context)
    {
        var faults = new FaultList();
        var files = Files(settings, context, faults);
        var sources = files.Select(context.SourceOf).ToList();
        var names = ClassesOf(sources, settings, faults);
        var classes = names?.Distinct().Order(StringComparer.Ordinal).ToList();
        var writer = new RecordingWriter(settings, context, files.Count);
        for (var index = 0; index < files.Count; index++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            try
            {
                writer.Write(index, names is null ? 0 : classes!.IndexOf(names[index]), Read(files[index], settings.Rate));
            }
            catch (Exception fault) when (fault is AudioFault or IOException or UnauthorizedAccessException)
            {
                faults.Add(fault.Message);
            }

            context.Progress?.Report((index + 1.0) / files.Count);
        }

        faults.ThrowIfAny();
        return writer.Finish(classes, sources);
    }

    // A folder of recordings often holds a text about them; what is named itself must be a recording.
    private static List<string> Files(WavSettings settings, PreparationContext context, FaultList faults)
    {
        var found = SourceFiles.Find(context.BaseFolder, settings.Path, out var missing);
        var folder = Path.GetFullPath(context.BaseFolder);
        var named = settings.Path.Select(entry => Path.GetFullPath(entry, folder)).ToHashSet();
        var files = found.Where(file => file.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) || named.Contains(file)).ToList();
        foreach (var fault in missing)
        {
            faults.Add(fault);
        }

        if (missing.Count == 0 && files.Count == 0)
        {
            faults.Add($"data.path {string.Join(", ", settings.Path)}: none of the {found.Count} files there is a {Suffix}");
        }

        return files;
    }

    private static Sound Read(string file, int rate)
    {
        var sound = WavFile.Read(file, rate);
        return sound.Frames >= SamplesMinimum ? sound : throw new AudioFault($"{file}: {sound.Frames} samples, a recording has at least {SamplesMinimum}: leave it out");
    }

    // null without classes.
    private static string[]? ClassesOf(List<SourceEntry> sources, WavSettings settings, FaultList faults)
    {
        if (settings.Class.Length == 0)
        {
            return null;
        }

        var pattern = new Regex(settings.Class, RegexOptions.CultureInvariant, MatchTimeout);
        var names = new string[sources.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var match = pattern.Match(sources[i].Path);
            names[i] = match.Success ? match.Groups[1].Value : "";
            if (names[i].Length == 0)
            {
                faults.Add($"data.class = {settings.Class}: its first group matches nothing in {sources[i].Path}");
            }
        }

        if (names.Distinct().Count() is > ClassesMaximum and var many)
        {
            faults.Add($"data.class = {settings.Class}: {many:N0} classes, at most {ClassesMaximum:N0}");
        }

        return names;
    }
}
