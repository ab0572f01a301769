using System.CommandLine;
using SeqCluster.Client.Checkpoints;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Silos;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Commands;

/// <summary>A verb that uses a trained model: that of a job, or of a checkpoint's folder without a silo.</summary>
internal abstract class CheckpointVerb : Verb
{
    private readonly Argument<string?> job = new("JOB") { Description = "A job, whose last checkpoint is used; JOB@STEP for that of a step.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> checkpoint = new("--checkpoint") { Description = "A checkpoint's folder, instead of a job.", HelpName = "FOLDER" };
    private readonly SiloLocator locator;

    protected CheckpointVerb(ClientEnvironment environment, string name, string description, string example)
        : base(environment, name, description, example)
    {
        Arguments.Add(job);
        Options.Add(checkpoint);
        locator = new SiloLocator(this);
        Validators.Add(line =>
        {
            if ((line.GetValue(job) is null) == (line.GetValue(checkpoint) is null))
            {
                line.AddError($"{name}: needs either a JOB or --checkpoint FOLDER");
            }
        });
    }

    /// <summary>The folder of the checkpoint that is meant.</summary>
    /// <exception cref="WrongInputException">There is none.</exception>
    protected async Task<string> FolderAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = line.GetValue(checkpoint) is { } named
            ? Path.GetFullPath(named, Environment.WorkingFolder)
            : await CheckpointOfAsync(line.GetValue(job)!, line, cancellation);
        return Directory.Exists(folder)
            ? folder
            : throw new WrongInputException($"{folder}: there is no such folder; a checkpoint is a folder with a manifest.json");
    }

    private async Task<string> CheckpointOfAsync(string named, ParseResult line, CancellationToken cancellation)
    {
        var wanted = CheckpointOfJob.Parse(named) ?? throw new WrongInputException($"{named}: must be a job's id, or JOB@STEP");
        using var client = new SeqClusterClient(locator.Find(line, Environment), Environment.Time);
        var status = await client.GetJobAsync(wanted.JobId, cancellation);
        var kept = await client.GetCheckpointsAsync(wanted.JobId, cancellation);
        var found = wanted.Find(kept) ?? throw new WrongInputException(kept.Any(static one => !one.IsDamaged)
            ? $"{named}: kept are steps {string.Join(", ", kept.Where(static one => !one.IsDamaged).Select(static one => one.Step))}"
            : $"{wanted.JobId} is {ProgressText.State(status.State)} and has no checkpoint yet");
        return await new CheckpointCopy(client.Access, Environment).FindAsync(wanted.JobId, found, status.Result, cancellation);
    }
}
