using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster export</c>: a trained model as files that other tools read. The worker program writes them, which knows checkpoints.</summary>
internal sealed class ExportCommand : CheckpointVerb
{
    private readonly Option<string> target = new("--to") { Description = "The new folder; must not exist.", HelpName = "FOLDER", Required = true };
    private readonly Option<bool> trained = new("--trained-weights") { Description = "The weights themselves, also where the job kept a mean of them (train.ema)." };

    public ExportCommand(ClientEnvironment environment)
        : base(environment, "export", "Write a trained model for other tools: safetensors, configuration, tokens.", "seqcluster export char-lm-x4k2qa --to model")
    {
        Options.Add(target);
        Options.Add(trained);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = await FolderAsync(line, cancellation);
        var to = Path.GetFullPath(line.GetRequiredValue(target), Environment.WorkingFolder);
        string[] weights = line.GetValue(trained) ? ["--trained-weights"] : [];
        var exitCode = await PassThrough.RunAsync(
            Executables.Of(Environment).Find("Worker"), ["export", "--checkpoint", folder, "--to", to, .. weights], new StringWriter(), Environment.Error, cancellation);
        if (exitCode == ExitCodes.Done)
        {
            Environment.Output.WriteLine(IsJson(line) ? JsonSerializer.Serialize(new { Export = to, Checkpoint = folder }, JsonView.Options) : to);
        }

        return exitCode;
    }
}
