using System.Text.Json;
using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster show JOB</c>: its state, why it is in it, and what it runs on.</summary>
internal sealed class ShowCommand : SiloVerb
{
    private readonly Argument<string> job = JobArgument();
    private readonly Option<string> plot = new("--plot") { Description = "Also draw the losses over the steps into this file.", HelpName = "FILE.svg" };

    public ShowCommand(ClientEnvironment environment)
        : base(environment, "show", "Show one job: its state, the reason for it, its workers and its result.", "seqcluster show char-lm-x4k2qa")
    {
        Arguments.Add(job);
        Options.Add(plot);
        plot.Require(file => file is null || file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase), "must end in .svg");
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var status = await client.GetJobAsync(line.GetRequiredValue(job), cancellation);
        if (line.GetValue(plot) is { } file)
        {
            var drawing = await LossPlot.DrawAsync(client, status.JobId, cancellation);
            await File.WriteAllTextAsync(Path.GetFullPath(file, Environment.WorkingFolder), drawing, cancellation);
        }

        if (IsJson(line))
        {
            WriteJson(status);
            return ExitCodes.Done;
        }

        foreach (var (name, value) in Lines(status))
        {
            Environment.Output.WriteLine($"{name,-16}{value}");
        }

        return ExitCodes.Done;
    }

    private static IEnumerable<(string Name, string Value)> Lines(JobStatus status)
    {
        var (spec, workers) = (status.Spec, status.Spec.Workers);
        yield return ("job", status.JobId);
        yield return ("state", ProgressText.State(status.State));
        yield return ("reason", status.Reason);
        yield return ("step", $"{status.Step} of {status.Steps}");
        yield return ("attempt", $"{status.Attempt}, generation {status.Generation}");
        yield return ("submitted", Time(status.SubmittedAt));
        yield return ("started", Time(status.StartedAt));
        yield return ("finished", Time(status.FinishedAt));
        yield return ("model", spec.Model.Kind);
        yield return ("data", DataOf(spec.Data));
        yield return ("asks for", $"{workers.Min} to {workers.Max} workers{(workers.Spares > 0 ? $" and {ProgressText.Count(workers.Spares, "hot spare")}" : "")}, {ProgressText.Count(workers.Replicas, "replica")}, device {workers.Device}");
        yield return ("wants", $"up to {ProgressText.Count(status.WantedWorkers, "worker")}, priority {spec.Priority}");
        if (spec.Start.Taken is { } taken)
        {
            yield return ("begins with", spec.Start.Continues ? $"{spec.Start.Checkpoint}, and goes on after its step {taken.Step}" : $"the weights of {spec.Start.Checkpoint}, step {taken.Step}");
        }

        yield return ("goes on from", status.CheckpointStep > 0 ? $"the checkpoint of step {status.CheckpointStep}" : "its beginning, if it has to");
        foreach (var member in status.Members)
        {
            yield return ($"rank {member.Rank}", $"{member.WorkerId}, replicas {ProgressText.Replicas(member)}, step {member.Step}, {member.Phase}{Note(member)}");
        }

        foreach (var spare in status.Invited)
        {
            yield return ("spare", $"{spare.WorkerId}, {(spare.Phase == "prepared" ? "ready to join" : spare.Phase)}{Note(spare)}");
        }

        if (status.Result is { } result)
        {
            yield return ("train loss", ProgressText.Loss(result.TrainLoss));
            yield return ("validation loss", result.ValidationLoss is { } loss ? ProgressText.Loss(loss) : "none");
            yield return ("tokens/s", ProgressText.Speed(result.TokensPerSecond));
            yield return ("weights SHA-256", result.WeightsSha256);
            yield return ("state SHA-256", result.StateSha256);
            yield return ("checkpoint", result.Checkpoint);
        }
    }

    private static string Note(MemberStatus member) => member.Note.Length > 0 ? $" ({member.Note})" : "";

    // The settings as the job file has them, defaults included.
    private static string DataOf(DataSpec data)
    {
        using var settings = JsonDocument.Parse(data.SettingsJson);
        return $"{data.Kind}: {string.Join(", ", settings.RootElement.EnumerateObject().Select(setting => $"{setting.Name} {TextOf(setting.Value)}"))}";
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? string.Join(" ", value.EnumerateArray().Select(item => item.ToString()))
        : value.ToString();

    private static string Time(DateTimeOffset? at) => at?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "not yet";
}
