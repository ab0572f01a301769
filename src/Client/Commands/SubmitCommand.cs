using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster submit FILE</c>: prepares the data here, and sends it to a silo that cannot see it.</summary>
internal sealed class SubmitCommand : SiloVerb
{
    private readonly Argument<string> file = JobInput.FileArgument();
    private readonly Option<string[]> set = JobInput.SetOption();
    private readonly Option<bool> dataOnSilo = new("--data-on-silo") { Description = "data.path is on the silo's machine; the silo prepares it." };

    public SubmitCommand(ClientEnvironment environment)
        : base(environment, "submit", "Submit a job and return at once.", "seqcluster submit examples/char-lm.yaml --set train.steps=50")
    {
        Arguments.Add(file);
        Options.Add(set);
        Options.Add(dataOnSilo);
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var input = JobInput.Read(line.GetRequiredValue(file), line.GetRequiredValue(set), Environment);

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
