using System.CommandLine;
using System.Globalization;

namespace SeqCluster.Client.Commands;

/// <summary>The options of text generation, passed on to the worker program as they are.</summary>
internal sealed class GenerationOptions
{
    private readonly Option<string> prompt = new("--prompt") { Description = "Text to continue.", DefaultValueFactory = _ => "\n" };
    private readonly Option<int> tokens = new("--tokens") { Description = "Tokens to generate.", DefaultValueFactory = _ => 400 };
    private readonly Option<double> temperature = new("--temperature") { Description = "0: the most probable token each time.", DefaultValueFactory = _ => 0.8 };
    private readonly Option<int> topK = new("--top-k") { Description = "Draw among so many most probable tokens; 0: all.", DefaultValueFactory = _ => 0 };
    private readonly Option<double> topP = new("--top-p") { Description = "Draw among the fewest most probable tokens that together have this probability; 1: all.", DefaultValueFactory = _ => 1 };
    private readonly Option<long> seed = new("--seed") { Description = "The same seed gives the same text.", DefaultValueFactory = _ => 1 };

    private readonly Option<string> output = new("--out") { Description = "Of a WaveNet: the WAV file to write.", HelpName = "FILE.wav" };
    private readonly Option<double?> seconds = new("--seconds") { Description = "With --out: length of the sound. Default: 1, or that of --like." };
    private readonly Option<string> soundClass = new("--class") { Description = "With --out: what the sound is conditioned on (speaker, digit)." };
    private readonly Option<string> like = new("--like") { Description = "With --out: a WAV file whose band powers the sound follows, where the model has features.", HelpName = "FILE.wav" };
    private readonly Option<string> spectrogram = new("--spectrogram") { Description = "With --out: also draw the spectrogram; .svg has axes.", HelpName = "FILE" };

    public GenerationOptions()
    {
        seconds.Require(value => value is null or (> 0 and <= 600), "must be above 0, at most 600");
        tokens.Require(value => value is > 0 and <= 1_000_000, "must be from 1 to 1000000");
        temperature.Require(value => value is >= 0 and <= 100, "must be from 0 to 100");
        topK.Require(value => value >= 0, "must be 0 or more");
        topP.Require(value => value is > 0 and <= 1, "must be above 0 and at most 1");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { prompt, tokens, temperature, topK, topP, seed, output, seconds, soundClass, like, spectrogram })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(line =>
        {
            foreach (var option in new Option[] { seconds, soundClass, like, spectrogram })
            {
                if (line.GetResult(option) is not null && line.GetResult(output) is null)
                {
                    line.AddError($"{option.Name}: needs --out FILE.wav beside it");
                }
            }
        });
    }

    /// <summary>The sound file that is to be written; null for text.</summary>
    public string? SoundFile(ParseResult line) => line.GetValue(output);

    public IEnumerable<string> ToArguments(string checkpoint, ParseResult line) => line.GetValue(output) is { } file ? ToSound(checkpoint, file, line) : ToArguments(
        checkpoint, line.GetRequiredValue(prompt), line.GetRequiredValue(tokens), line.GetRequiredValue(temperature), line.GetRequiredValue(topK), line.GetRequiredValue(topP), line.GetRequiredValue(seed));

    /// <summary>The worker program's words for one generation.</summary>
    public static IEnumerable<string> ToArguments(string checkpoint, string prompt, int tokens, double temperature, int topK, double topP, long seed)
    {
        var culture = CultureInfo.InvariantCulture;
        return
        [
            "generate", "--checkpoint", checkpoint, $"--prompt={prompt}", "--tokens", tokens.ToString(culture),
            "--temperature", temperature.ToString(culture), "--top-k", topK.ToString(culture), "--top-p", topP.ToString(culture), $"--seed={seed.ToString(culture)}",
        ];
    }

    /// <summary>The worker program's words for one sound.</summary>
    public static IEnumerable<string> ToSound(string checkpoint, string file, double length, string? ofClass, long seed)
    {
        var culture = CultureInfo.InvariantCulture;
        string[] words = ["sound", "--checkpoint", checkpoint, "--out", file, "--seconds", length.ToString(culture), $"--seed={seed.ToString(culture)}"];
        return ofClass is null ? words : [.. words, "--class", ofClass];
    }

    // A model of sound draws from its whole distribution unless it is told otherwise.
    private IEnumerable<string> ToSound(string checkpoint, string file, ParseResult line)
    {
        var culture = CultureInfo.InvariantCulture;
        var drawn = line.GetResult(temperature) is { Implicit: false } ? line.GetRequiredValue(temperature) : 1;
        List<string> words =
        [
            "sound", "--checkpoint", checkpoint, "--out", file, "--temperature", drawn.ToString(culture),
            "--top-k", line.GetRequiredValue(topK).ToString(culture), "--top-p", line.GetRequiredValue(topP).ToString(culture), $"--seed={line.GetRequiredValue(seed).ToString(culture)}",
        ];
        words.AddRange(line.GetValue(seconds) is { } length ? ["--seconds", length.ToString(culture)] : []);
        foreach (var option in new[] { soundClass, like, spectrogram })
        {
            words.AddRange(line.GetValue(option) is { } value ? [option.Name, value] : []);
        }

        return words;
    }
}
