using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Checkpoints;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Silos;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster generate</c>: the worker program does it, because it takes LibTorch. The text appears as it is made.</summary>
internal sealed class GenerateCommand : Verb
{
    private readonly Argument<string?> job = new("JOB") { Description = "A completed job; its last checkpoint is used.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> checkpoint = new("--checkpoint") { Description = "A checkpoint's folder, instead of a job.", HelpName = "FOLDER" };
    private readonly SiloLocator locator;
    private readonly GenerationOptions options = new();

    public GenerateCommand(ClientEnvironment environment)
        : base(environment, "generate", "Continue a prompt with a trained language model.", "seqcluster generate char-lm-x4k2qa --prompt 'public ' --tokens 300")
    {
        Arguments.Add(job);
        Options.Add(checkpoint);
        locator = new SiloLocator(this);
        options.AddTo(this);
        Validators.Add(line =>
        {
            if ((line.GetValue(job) is null) == (line.GetValue(checkpoint) is null))
            {
                line.AddError("generate: needs either a JOB or --checkpoint FOLDER");
            }
        });
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = line.GetValue(checkpoint) is { } named
            ? Path.GetFullPath(named, Environment.WorkingFolder)
            : await CheckpointOfAsync(line.GetValue(job)!, line, cancellation);
        if (!Directory.Exists(folder))
        {
            throw new WrongInputException($"{folder}: there is no such folder; a checkpoint is a folder with a manifest.json");
        }

        var text = new StringWriter();
        var isJson = IsJson(line);
        var exitCode = await PassThrough.RunAsync(
            Executables.Of(Environment).Find("Worker"), options.ToArguments(folder, line), isJson ? text : Environment.Output, Environment.Error, cancellation);
        if (isJson && exitCode == ExitCodes.Done)
        {
            Environment.Output.WriteLine(JsonSerializer.Serialize(new { Checkpoint = folder, Text = text.ToString() }, JsonView.Options));
        }

        return exitCode;
    }

    private async Task<string> CheckpointOfAsync(string jobId, ParseResult line, CancellationToken cancellation)
    {
        using var client = new SeqClusterClient(locator.Find(line, Environment), Environment.Time);
        var status = await client.GetJobAsync(jobId, cancellation);
        var result = status.Result ?? throw new WrongInputException($"{jobId} is {ProgressText.State(status.State)} and has no checkpoint yet");
        return await new CheckpointCopy(client.Access, Environment).FindAsync(status.JobId, result, cancellation);
    }
}
