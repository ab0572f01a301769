using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster translate</c>: a target line for each source line; the worker program does it, because it takes LibTorch.</summary>
internal sealed class TranslateCommand : CheckpointVerb
{
    private readonly Option<string[]> text = new("--text") { Description = "A source line; may be repeated. Without one, the lines of standard input.", DefaultValueFactory = _ => [] };
    private readonly Option<int> beam = new("--beam") { Description = "Hypotheses that are followed at a time; 1 is greedy.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<double> penalty = new("--length-penalty") { Description = "Exponent of the length penalty of beams (Wu et al. 2016).", DefaultValueFactory = _ => 0.6 };
    private readonly Option<int> longest = new("--maximum-length") { Description = "Tokens of a target at most.", DefaultValueFactory = _ => 100 };
    private readonly Option<string> attention = new("--attention") { Description = "Draw what the model looked at, for one --text.", HelpName = "FILE.svg" };

    public TranslateCommand(ClientEnvironment environment)
        : base(environment, "translate", "Translate lines with a trained model of pairs.", "seqcluster translate multi30k-x4k2qa --text 'ein hund läuft .' --beam 5 --attention dog.svg")
    {
        Array.ForEach<Option>([text, beam, penalty, longest, attention], Options.Add);
        beam.Require(value => value is >= 1 and <= 100, "must be from 1 to 100");
        penalty.Require(value => value is >= 0 and <= 10, "must be from 0 to 10");
        longest.Require(value => value is >= 1 and <= 100_000, "must be from 1 to 100000");
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = await FolderAsync(line, cancellation);
        var (isJson, written) = (IsJson(line), new StringWriter());
        var exitCode = await PassThrough.RunAsync(
            Executables.Of(Environment).Find("Worker"), Words(folder, line), isJson ? written : Environment.Output, Environment.Error, cancellation);
        if (isJson && exitCode == ExitCodes.Done)
        {
            var targets = written.ToString().Split('\n', StringSplitOptions.TrimEntries)[..^1];
            Environment.Output.WriteLine(JsonSerializer.Serialize(new { Checkpoint = folder, Targets = targets }, JsonView.Options));
        }

        return exitCode;
    }

    private IEnumerable<string> Words(string folder, ParseResult line)
    {
        var culture = CultureInfo.InvariantCulture;
        List<string> words =
        [
            "translate", "--checkpoint", folder, "--beam", line.GetRequiredValue(beam).ToString(culture),
            "--length-penalty", line.GetRequiredValue(penalty).ToString(culture), "--maximum-length", line.GetRequiredValue(longest).ToString(culture),
            .. line.GetRequiredValue(text).Select(source => $"--text={source}"),
        ];
        words.AddRange(line.GetValue(attention) is { } file ? ["--attention", Path.GetFullPath(file, Environment.WorkingFolder)] : []);
        return words;
    }
}
