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
    private readonly Option<string?> from = new("--from") { Description = "Begin with the weights of a checkpoint: a job's last one, that of one of its steps, or a folder.", HelpName = "JOB|JOB@STEP|FOLDER" };
    private readonly Option<bool> goOn = new("--continue") { Description = "With --from: go on after the checkpoint's step, with its optimizer's state, in the middle of its schedule and data; set train.steps to more." };
    private readonly Option<string?> newTensors = new("--new-tensors") { Description = "With --from: tensors that begin anew, with commas between them, for example output.*; every other one must fit.", HelpName = "NAMES" };
    private readonly Option<bool> dataOnSilo = new("--data-on-silo") { Description = "data.path is on the silo's machine; the silo prepares it." };

    public SubmitCommand(ClientEnvironment environment)
        : base(environment, "submit", "Submit a job and return at once.", "seqcluster submit examples/char-lm.yaml --set train.steps=50")
    {
        Arguments.Add(file);
        Options.Add(set);
        Options.Add(from);
        Options.Add(goOn);
        Options.Add(newTensors);
        Validators.Add(line =>
        {
            if (line.GetValue(from) is null && (line.GetValue(goOn) || line.GetValue(newTensors) is not null))
            {
                line.AddError($"submit: {(line.GetValue(goOn) ? goOn.Name : newTensors.Name)} goes with --from");
            }
        });
        Options.Add(dataOnSilo);
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        string[] overrides = [.. line.GetRequiredValue(set), .. StartOf(line)];
        var input = JobInput.Read(line.GetRequiredValue(file), overrides, Environment);

        // A silo that is not there is told of before minutes of preparation.
        await client.GetWorkersAsync(cancellation);
        var dataset = line.GetValue(dataOnSilo) ? null : await PrepareAsync(input, client, cancellation);
        var status = await SubmitAsync(input, dataset, client, cancellation);
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

    // A folder of this machine, or what the silo knows by its name.
    private IReadOnlyList<string> StartOf(ParseResult line)
    {
        if (line.GetValue(from) is not { } named)
        {
            return [];
        }

        var folder = Path.GetFullPath(named, Environment.WorkingFolder);
        string[] fresh = line.GetValue(newTensors) is { } names ? [$"start.newTensors={names}"] : [];
        string[] continues = line.GetValue(goOn) ? ["start.continues=true"] : [];
        return [$"start.checkpoint={(Directory.Exists(folder) ? folder : named)}", .. fresh, .. continues];
    }

    // By path first where the silo may be on this machine. A tunnel looks the same: then what it cannot see is sent.
    private async Task<JobStatus> SubmitAsync(JobInput input, PreparedDataset? dataset, SeqClusterClient client, CancellationToken cancellation)
    {
        var start = Directory.Exists(input.Spec.Start.Checkpoint) ? input.Spec.Start.Checkpoint : null;
        var submission = input.ToSubmission(dataset);
        if (!client.Silo.IsLoopback)
        {
            submission = dataset is null ? submission : await WithDataAsync(submission, dataset, client, cancellation);
            submission = start is null ? submission : await WithStartAsync(submission, start, client, cancellation);
        }

        while (true)
        {
            try
            {
                return await client.SubmitAsync(submission, cancellation);
            }
            catch (SeqClusterException fault) when (dataset is not null && submission.ManifestPath.Length > 0 && fault.Faults.Any(static one => one.StartsWith("manifestPath", StringComparison.Ordinal)))
            {
                submission = await WithDataAsync(submission, dataset, client, cancellation);
            }
            catch (SeqClusterException fault) when (start is not null && submission.StartSha256.Length == 0 && fault.Faults.Any(one => one.StartsWith($"start.checkpoint = {start}: there is no", StringComparison.Ordinal)))
            {
                submission = await WithStartAsync(submission, start, client, cancellation);
            }
        }
    }

    private async Task<JobSubmission> WithDataAsync(JobSubmission submission, PreparedDataset dataset, SeqClusterClient client, CancellationToken cancellation)
    {
        using var bar = new ProgressBar("uploading data", Environment);
        var sent = await new DatasetUpload(client.Access, Environment.Time, Environment.Error.WriteLine).SendAsync(dataset, bar, cancellation);
        if (sent > 0)
        {
            Environment.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent dataset {dataset.Sha256[..12]} to the silo, {sent:#,0} bytes"));
        }

        return submission with { ManifestPath = "" };
    }

    private async Task<JobSubmission> WithStartAsync(JobSubmission submission, string folder, SeqClusterClient client, CancellationToken cancellation)
    {
        using var bar = new ProgressBar("uploading the checkpoint", Environment);
        try
        {
            var seal = await new CheckpointUpload(client.Access, Environment.Time, Environment.Error.WriteLine).SendAsync(folder, bar, cancellation);
            return submission with { StartSha256 = seal };
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new WrongInputException($"start.checkpoint = {folder}: {fault.Message}");
        }
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
