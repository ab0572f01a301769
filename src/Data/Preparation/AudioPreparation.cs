using System.Text.RegularExpressions;
using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Splits;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// Turns recordings into a dataset of levels. The same recordings always give the same dataset, byte for byte. It never resamples
/// or mixes: a recording that does not fit is a fault, and all of them are told at once. One recording at a time is in memory.
/// </summary>
public static class AudioPreparation
{
    /// <summary>4 Mi numbers: 8 MiB a file.</summary>
    public const int NumbersPerShard = 4 << 20;

    private const int FaultsShown = 20;
    private const int ClassesMaximum = 65_536;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Prepares WAV files.</summary>
    /// <param name="datasetsFolder">Each dataset is a folder in it.</param>
    /// <param name="baseFolder">Relative paths start here: the job file's folder.</param>
    /// <param name="path">Files, folders (their files *.wav), patterns.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellation">Leaves nothing behind when it is cancelled.</param>
    /// <exception cref="PreparationFault">Files are missing, no WAV, of another rate, silent in length, or without a class.</exception>
    public static PreparedDataset Prepare(
        string datasetsFolder,
        string baseFolder,
        IReadOnlyList<string> path,
        AudioPreparationOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        var found = SourceFiles.Find(baseFolder, path, out var missing);
        List<string> faults = [.. missing];
        // A folder of recordings often holds a text about them.
        var files = found.Where(file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase) || path.Any(entry => Path.GetFullPath(entry, Path.GetFullPath(baseFolder)) == file)).ToList();
        if (missing.Count == 0 && files.Count == 0)
        {
            faults.Add($"data.path: none of the {found.Count} files there is a .wav");
        }

        var sources = files.Select(file => (Name: Path.GetRelativePath(Path.GetFullPath(baseFolder), file), Bytes: new FileInfo(file).Length)).ToList();
        return Prepare(datasetsFolder, sources, index => Read(files[index], options.Rate), options, faults, progress, cancellation);
    }

    /// <summary>Prepares sounds that a generator makes.</summary>
    /// <param name="datasetsFolder">Each dataset is a folder in it.</param>
    /// <param name="sounds">Name and sound of each.</param>
    /// <param name="options">How.</param>
    /// <exception cref="PreparationFault">A sound does not fit.</exception>
    public static PreparedDataset Prepare(string datasetsFolder, IReadOnlyList<(string Name, Sound Sound)> sounds, AudioPreparationOptions options) =>
        Prepare(datasetsFolder, [.. sounds.Select(entry => (entry.Name, (long)entry.Sound.Samples.Length))], index => sounds[index].Sound, options, [], null, CancellationToken.None);

    private static PreparedDataset Prepare(
        string datasetsFolder,
        List<(string Name, long Bytes)> sources,
        Func<int, Sound> read,
        AudioPreparationOptions options,
        List<string> faults,
        IProgress<double>? progress,
        CancellationToken cancellation)
    {
        var names = ClassesOf(sources, options, faults);
        return DatasetFolder.Publish(datasetsFolder, folder =>
        {
            using var train = new ShardWriter(folder, NumbersPerShard);
            using var validation = new ShardWriter(folder, NumbersPerShard);
            var classes = names?.Distinct().Order(StringComparer.Ordinal).ToList();
            var writer = new RecordingWriter(train, validation, options, sources.Count);
            for (var index = 0; index < sources.Count; index++)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    writer.Write(index, names is null ? 0 : classes!.IndexOf(names[index]), read(index));
                }
                catch (Exception fault) when (fault is AudioFault or IOException or UnauthorizedAccessException)
                {
                    faults.Add(fault.Message);
                }

                progress?.Report((index + 1.0) / sources.Count);
            }

            if (faults.Count > 0)
            {
                throw new PreparationFault(faults.Count <= FaultsShown ? faults : [.. faults.Take(FaultsShown), $"and {faults.Count - FaultsShown} more faults of these kinds"]);
            }

            return new DatasetManifest
            {
                Format = DatasetManifest.CurrentFormat,
                Data = Describe(options, classes),
                Train = train.Finish(),
                Validation = validation.Finish(),
                Sources = [.. sources.Select(source => new SourceEntry(source.Name, source.Bytes))],
            };
        });
    }

    private static DataDescription Describe(AudioPreparationOptions options, IReadOnlyList<string>? classes) => new()
    {
        Kind = DataKinds.Audio,
        SampleRate = options.Rate,
        Levels = Quantization.Named(options.Quantization).Levels,
        Quantization = options.Quantization,
        Classes = classes,
        FeatureChannels = options.FeatureBands > 0 ? options.FeatureBands : null,
        FeatureHop = options.FeatureBands > 0 ? options.FeatureHop : null,
    };

    private static Sound Read(string file, int rate)
    {
        var sound = WavFile.Read(file, rate);
        return sound.Frames > 1 ? sound : throw new AudioFault($"{file}: {sound.Frames} samples, a recording has at least 2: leave it out");
    }

    // null without classes.
    private static string[]? ClassesOf(List<(string Name, long Bytes)> sources, AudioPreparationOptions options, List<string> faults)
    {
        if (options.Class.Length == 0)
        {
            return null;
        }

        var pattern = new Regex(options.Class, RegexOptions.CultureInvariant, MatchTimeout);
        var names = new string[sources.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var match = pattern.Match(sources[i].Name);
            names[i] = match.Success && match.Groups.Count > 1 ? match.Groups[1].Value : "";
            if (names[i].Length == 0)
            {
                faults.Add($"data.class = {options.Class}: its first group matches nothing in {sources[i].Name}");
            }
        }

        if (names.Distinct().Count() is > ClassesMaximum and var many)
        {
            faults.Add($"data.class = {options.Class}: {many:N0} classes, at most {ClassesMaximum:N0}");
        }

        return names;
    }

    /// <summary>Shares recordings out over the two splits.</summary>
    private sealed class RecordingWriter(ShardWriter train, ShardWriter validation, AudioPreparationOptions options, int count)
    {
        private readonly Quantization quantization = Quantization.Named(options.Quantization);

        // Too few to hold one out.
        private readonly bool areCut = options.ValidationFraction > 0 && (long)(count * options.ValidationFraction) == 0;

        public void Write(int index, int soundClass, Sound sound)
        {
            var held = areCut ? (int)(sound.Frames * options.ValidationFraction) : IsHeldOut(index) ? sound.Frames : 0;
            WritePart(train, soundClass, sound, ..(sound.Frames - held));
            WritePart(validation, soundClass, sound, (sound.Frames - held)..);
        }

        // Evenly spread, so that every class that a sorted list groups has its share.
        private bool IsHeldOut(int index) => (long)((index + 1) * options.ValidationFraction) > (long)(index * options.ValidationFraction);

        private void WritePart(ShardWriter split, int soundClass, Sound sound, Range range)
        {
            var part = sound with { Samples = sound.Samples[range] };
            if (part.Frames > 0)
            {
                var features = options.FeatureBands > 0 ? BandPowers.Of(part, options.FeatureBands, options.FeatureHop) : [];
                Recording.Write(split, soundClass, [.. part.Samples.Select(quantization.Encode)], features);
            }
        }
    }
}
