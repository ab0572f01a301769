using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster average</c>: the worker program does it, which knows checkpoints.</summary>
internal sealed class AverageCommand : Verb
{
    private readonly Argument<string[]> checkpoints = new("CHECKPOINT")
    {
        Description = "Folders of checkpoints of one job, the last one last.",
        Arity = new ArgumentArity(2, 1_000),
    };

    private readonly Option<string> output = new("--out") { Description = "The new checkpoint's folder; must not exist.", HelpName = "FOLDER", Required = true };

    public AverageCommand(ClientEnvironment environment)
        : base(environment, "average", "Average the weights of checkpoints, to decode with.", "seqcluster average step-000001000 step-000002000 --out averaged")
    {
        Arguments.Add(checkpoints);
        Options.Add(output);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folders = line.GetRequiredValue(checkpoints).Select(folder => Path.GetFullPath(folder, Environment.WorkingFolder)).ToList();
        var target = Path.GetFullPath(line.GetRequiredValue(output), Environment.WorkingFolder);
        var told = new StringWriter();
        var exitCode = await PassThrough.RunAsync(
            Executables.Of(Environment).Find("Worker"), ["average", .. folders, "--out", target], told, Environment.Error, cancellation);
        if (exitCode == ExitCodes.Done)
        {
            Environment.Output.WriteLine(IsJson(line) ? JsonSerializer.Serialize(new { Checkpoint = target, Averaged = folders }, JsonView.Options) : target);
        }

        return exitCode;
    }
}
