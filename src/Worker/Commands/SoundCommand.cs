using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Commands;

/// <summary>Generates sound with a checkpoint's WaveNet into a WAV file.</summary>
internal sealed class SoundCommand : Command
{
    private readonly Option<DirectoryInfo> checkpoint = new("--checkpoint") { Description = "The checkpoint's folder.", Required = true };
    private readonly Option<string> output = new("--out") { Description = "The WAV file to write.", Required = true };
    private readonly Option<double?> seconds = new("--seconds") { Description = "Length of the sound. Default: 1, or that of --like." };
    private readonly Option<string?> soundClass = new("--class") { Description = "What the sound is conditioned on (speaker, digit), where the model has classes." };
    private readonly Option<string?> like = new("--like") { Description = "A WAV file whose band powers the sound follows, where the model has features." };
    private readonly Option<string?> spectrogram = new("--spectrogram") { Description = "Also draw the sound's spectrogram: a .png or, with axes, .svg file." };
    private readonly Option<double> temperature = new("--temperature") { Description = "Below 1: likelier samples.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> topK = new("--top-k") { Description = "Draw among so many most probable levels; 0: all.", DefaultValueFactory = _ => 0 };
    private readonly Option<double> topP = new("--top-p") { Description = "Draw among the fewest most probable levels of so much probability; 1: all.", DefaultValueFactory = _ => 1 };
    private readonly Option<long> seed = new("--seed") { Description = "The same seed gives the same sound.", DefaultValueFactory = _ => 1 };

    public SoundCommand()
        : base("sound", "Generate sound with a checkpoint's WaveNet.\n\nExample:\n  SeqCluster.Worker sound --checkpoint runs/x/checkpoints/step-000002000 --out chord.wav --seconds 2")
    {
        Array.ForEach<Option>([checkpoint, output, seconds, soundClass, like, spectrogram, temperature, topK, topP, seed], Options.Add);
        SetAction(parsed => Run(parsed));
    }

    private int Run(ParseResult parsed)
    {
        if (Engine.Start("cpu") is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        try
        {
            var folder = parsed.GetRequiredValue(checkpoint).FullName;
            var manifest = CheckpointManifest.Read(folder);
            using var model = CheckpointModel.Load(folder, manifest) as WaveNet
                ?? throw new InvalidDataException($"model.kind = {manifest.Job.Model.Kind}: makes no sound; leave --out away");
            if (parsed.GetValue(spectrogram) is { } wanted && !SpectrogramFile.IsKnown(wanted))
            {
                throw new InvalidDataException($"--spectrogram {wanted}: must end in .png or .svg");
            }

            Generate(parsed, model, manifest.Data);
            return 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or AudioFault)
        {
            Console.Error.WriteLine($"generate: {fault.Message}");
            return 2;
        }
    }

    private void Generate(ParseResult parsed, WaveNet model, DataDescription data)
    {
        var (rate, quantization) = (data.SampleRate!.Value, Quantization.Named(data.Quantization!));
        var features = Features(parsed.GetValue(like), data, rate, out var likeSamples);
        var count = parsed.GetValue(seconds) is { } length ? (int)Math.Round(length * rate) : likeSamples ?? rate;
        if (count > (likeSamples ?? int.MaxValue))
        {
            throw new ArgumentException($"--seconds {parsed.GetValue(seconds)}: --like is {(double)likeSamples!.Value / rate:0.###} s long");
        }

        var start = Stopwatch.GetTimestamp();
        var levels = new SoundGenerator(model).Generate(new SoundRequest
        {
            Count = count,
            Silence = quantization.Silence,
            SoundClass = ClassOf(parsed.GetValue(soundClass), data),
            Features = features.AsSpan(0, count * model.Data.FeatureChannels).ToArray(),
            Options = new DecodingOptions
            {
                Temperature = parsed.GetRequiredValue(temperature),
                TopK = parsed.GetRequiredValue(topK),
                TopP = parsed.GetRequiredValue(topP),
                Seed = parsed.GetRequiredValue(seed),
            },
        });
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var sound = new Sound(rate, 1, [.. levels.Select(quantization.Decode)]);
        var path = parsed.GetRequiredValue(output);
        WavFile.Write(path, sound);
        if (parsed.GetValue(spectrogram) is { } picture)
        {
            SpectrogramFile.Write(picture, sound, Path.GetFileName(path));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {sound.Seconds:0.###} s at {rate} Hz, generated in {took:0.00} s"));
    }

    private static int? ClassOf(string? name, DataDescription data)
    {
        if (data.Classes is null)
        {
            return name is null ? null : throw new ArgumentException($"--class {name}: the model was trained without classes");
        }

        var known = string.Join(", ", data.Classes);
        var index = name is null ? throw new ArgumentException($"--class is missing: the model was trained with {known}") : data.Classes.ToList().IndexOf(name);
        return index >= 0 ? index : throw new ArgumentException($"--class {name}: must be one of {known}");
    }

    // [samples, F]: a set for each sample; and how many samples there are.
    private static float[] Features(string? like, DataDescription data, int rate, out int? samples)
    {
        samples = null;
        if (data.FeatureChannels is not { } channels)
        {
            return like is null ? [] : throw new ArgumentException($"--like {like}: the model was trained without features");
        }

        var sound = WavFile.Read(like ?? throw new ArgumentException("--like is missing: the model follows the band powers of a recording"), rate);
        samples = sound.Frames;
        var hop = data.FeatureHop!.Value;
        var sets = BandPowers.Of(sound, channels, hop);
        var features = new float[sound.Frames * channels];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = BandPowers.ToFeature(sets[(i / channels / hop * channels) + (i % channels)]);
        }

        return features;
    }
}
