using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Watching;

/// <summary>The end of a watched job: for people a few lines, for programs one line of JSON; and the exit code.</summary>
internal static class FinalReport
{
    public static int Print(JobProgress progress, bool json, TextWriter output)
    {
        var status = progress.Status!;
        if (json)
        {
            var line = (JsonObject)JsonSerializer.SerializeToNode(Line(status, progress), JsonView.Options)!;
            foreach (var (name, value) in Fields(status.Result?.Scores ?? []))
            {
                line[name] = value;
            }

            output.WriteLine(line.ToJsonString(JsonView.Options));
        }
        else
        {
            foreach (var (name, value) in Lines(status, progress))
            {
                output.WriteLine($"{name,-20}{value}");
            }
        }

        output.Flush();
        return status.State == JobState.Completed ? ExitCodes.Done : ExitCodes.JobFailed;
    }

    // One object for every end, so that a program need not look at the state to know the names.
    private static object Line(JobStatus status, JobProgress progress) => new
    {
        Job = status.JobId,
        status.State,
        status.Reason,
        Steps = status.Result?.Steps ?? status.Step,
        progress.Workers,
        status.Result?.TrainLoss,
        status.Result?.ValidationLoss,
        status.Result?.TokensPerSecond,
        status.Result?.WeightsSha256,
        status.Result?.StateSha256,
        status.Result?.Checkpoint,
        Seconds = Seconds(status),
        status.Attempt,
    };

    /// <summary>A score as people read it.</summary>
    public static (string Name, string Value) Words(JobScore score) => (
        score.Name.Replace('_', ' '),
        string.Create(CultureInfo.InvariantCulture, $"{score.Value:0.####}") + (score.Signature is { } signature ? $"  {signature}" : ""));

    /// <summary>Scores as members of a JSON object. BLEU's signature is what people ask for by that name.</summary>
    public static IEnumerable<(string Name, JsonNode? Value)> Fields(IReadOnlyList<JobScore> scores)
    {
        foreach (var score in scores)
        {
            yield return (score.Name, JsonSerializer.SerializeToNode(score.Value, JsonView.Options));
            if (score.Signature is { } signature)
            {
                yield return (score.Name == "bleu" ? "signature" : $"{score.Name}_signature", signature);
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> Lines(JobStatus status, JobProgress progress)
    {
        yield return ("job", $"{status.JobId} {ProgressText.State(status.State)}{(status.Reason.Length > 0 ? $": {status.Reason}" : "")}");
        if (status.Result is not { } result)
        {
            yield return ("steps", $"{status.Step} of {status.Steps}");
            yield break;
        }

        var duration = Seconds(status) is { } seconds ? $" in {ProgressText.Duration(TimeSpan.FromSeconds(seconds))}" : "";
        yield return ("steps", $"{result.Steps} on {ProgressText.Count(progress.Workers, "worker")}{duration}");
        yield return ("train loss", ProgressText.Loss(result.TrainLoss));
        if (result.ValidationLoss is { } validation)
        {
            yield return ("validation loss", ProgressText.Loss(validation));
        }

        foreach (var score in result.Scores)
        {
            yield return Words(score);
        }

        yield return ("tokens/s", ProgressText.Speed(result.TokensPerSecond));
        yield return ("weights SHA-256", result.WeightsSha256);
        yield return ("state SHA-256", result.StateSha256);
        yield return ("checkpoint", result.Checkpoint);
    }

    private static double? Seconds(JobStatus status) => (status.FinishedAt - status.StartedAt)?.TotalSeconds;
}
