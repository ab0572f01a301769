using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster submit FILE</c>: prepares the data here, and sends it to a silo that cannot see it.</summary>
internal sealed class SubmitCommand : SiloVerb
{
    private readonly Argument<string> file = JobInput.FileArgument();
    private readonly Option<string[]> set = JobInput.SetOption();
    private readonly Option<string?> from = new("--from") { Description = "Begin with the weights of a checkpoint: a job's last one, or a folder that every worker sees.", HelpName = "JOB|FOLDER" };
    private readonly Option<string?> newTensors = new("--new-tensors") { Description = "With --from: tensors that begin anew, with commas between them, for example output.*; every other one must fit.", HelpName = "NAMES" };
    private readonly Option<bool> dataOnSilo = new("--data-on-silo") { Description = "data.path is on the silo's machine; the silo prepares it." };

    public SubmitCommand(ClientEnvironment environment)
        : base(environment, "submit", "Submit a job and return at once.", "seqcluster submit examples/char-lm.yaml --set train.steps=50")
    {
        Arguments.Add(file);
        Options.Add(set);
        Options.Add(from);
        Options.Add(newTensors);
        Validators.Add(line =>
        {
            if (line.GetValue(newTensors) is not null && line.GetValue(from) is null)
            {
                line.AddError("submit: --new-tensors goes with --from");
            }
        });
        Options.Add(dataOnSilo);
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        string[] overrides = [.. line.GetRequiredValue(set), .. await StartAsync(line, client, cancellation)];
        var input = JobInput.Read(line.GetRequiredValue(file), overrides, Environment);

        // A silo that is not there is told of before minutes of preparation.
        await client.GetWorkersAsync(cancellation);
        var status = line.GetValue(dataOnSilo)
            ? await client.SubmitAsync(input.ToSubmission(), cancellation)
            : await SubmitPreparedAsync(input, client, cancellation);
        if (IsJson(line))
        {
            WriteJson(status);
        }
        else
        {
            Environment.Output.WriteLine(status.JobId);
            Environment.Error.WriteLine($"watch it: seqcluster watch {status.JobId}");
        }

        return ExitCodes.Done;
    }

    // Which weights are meant is settled here, whatever lies on the path later.
    private async Task<IReadOnlyList<string>> StartAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        if (line.GetValue(from) is not { } named)
        {
            return [];
        }

        string[] fresh = line.GetValue(newTensors) is { } names ? [$"start.newTensors={names}"] : [];
        var folder = Path.GetFullPath(named, Environment.WorkingFolder);
        if (Directory.Exists(folder))
        {
            return [$"start.checkpoint={folder}", .. fresh];
        }

        var status = await client.GetJobAsync(named, cancellation);
        return status.Result is { } result
            ? [$"start.checkpoint={result.Checkpoint}", $"start.weightsSha256={result.WeightsSha256}", .. fresh]
            : throw new WrongInputException($"--from {named}: it is {ProgressText.State(status.State)} and has no result yet");
    }

    private async Task<JobStatus> SubmitPreparedAsync(JobInput input, SeqClusterClient client, CancellationToken cancellation)
    {
        var dataset = await PrepareAsync(input, client, cancellation);
        if (client.Silo.IsLoopback)
        {
            try
            {
                return await client.SubmitAsync(input.ToSubmission(dataset), cancellation);
            }
            catch (SeqClusterException fault) when (fault.Faults.Any(static one => one.StartsWith("manifestPath", StringComparison.Ordinal)))
            {
                // A tunnel: the silo behind this machine's port is on another one.
            }
        }

        using (var bar = new ProgressBar("uploading data", Environment))
        {
            var sent = await new DatasetUpload(client.Access, Environment.Time, Environment.Error.WriteLine).SendAsync(dataset, bar, cancellation);
            if (sent > 0)
            {
                Environment.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent dataset {dataset.Sha256[..12]} to the silo, {sent:#,0} bytes"));
            }
        }

        return await client.SubmitAsync(input.ToSubmission(dataset) with { ManifestPath = "" }, cancellation);
    }

    private async Task<PreparedDataset> PrepareAsync(JobInput input, SeqClusterClient client, CancellationToken cancellation)
    {
        try
        {
            return await Preparation.PrepareAsync(input.ToPreparation(), Environment, cancellation);
        }
        catch (PreparationFault fault) when (!client.Silo.IsLoopback)
        {
            throw new PreparationFault([.. fault.Faults, "(data that lies on the silo's machine is prepared there with --data-on-silo)"]);
        }
    }
}
