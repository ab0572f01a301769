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

    public GenerationOptions()
    {
        tokens.Require(value => value is > 0 and <= 1_000_000, "must be from 1 to 1000000");
        temperature.Require(value => value is >= 0 and <= 100, "must be from 0 to 100");
        topK.Require(value => value >= 0, "must be 0 or more");
        topP.Require(value => value is > 0 and <= 1, "must be above 0 and at most 1");
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { prompt, tokens, temperature, topK, topP, seed })
        {
            command.Options.Add(option);
        }
    }

    public IEnumerable<string> ToArguments(string checkpoint, ParseResult line) => ToArguments(
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
}
