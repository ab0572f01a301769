using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster evaluate</c>: the scores of a trained model on what was held out. The worker program computes them.</summary>
internal sealed class EvaluateCommand : CheckpointVerb
{
    private readonly Option<string?> dataset = new("--dataset") { Description = "The folder of a prepared dataset with the same vocabulary, instead of the job's.", HelpName = "FOLDER" };
    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();
    private readonly DecodingOptions decoding = new();

    public EvaluateCommand(ClientEnvironment environment)
        : base(environment, "evaluate", "Measure a trained model on held-out data, by the measures of its task.", "seqcluster evaluate reverse-x4k2qa --beam 5")
    {
        Options.Add(dataset);
        Options.Add(allowAssembly);
        decoding.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = await FolderAsync(line, cancellation);
        string[] other = line.GetValue(dataset) is { } named ? ["--dataset", Path.GetFullPath(named, Environment.WorkingFolder)] : [];
        string[] words = ["evaluate", "--checkpoint", folder, .. other, .. AllowedAssembliesOption.Words(line.GetRequiredValue(allowAssembly), Environment), .. decoding.ToArguments(line)];
        var answer = new StringWriter();
        var exitCode = await PassThrough.RunAsync(Executables.Of(Environment).Find("Worker"), words, answer, Environment.Error, cancellation);
        if (exitCode == ExitCodes.Done)
        {
            Print(folder, JsonSerializer.Deserialize<Answer>(answer.ToString(), JsonView.Reading)!, IsJson(line));
        }

        return exitCode;
    }

    private void Print(string folder, Answer answer, bool isJson)
    {
        if (isJson)
        {
            var fields = new Dictionary<string, object?> { ["checkpoint"] = folder, ["step"] = answer.Step, ["validation_loss"] = answer.ValidationLoss };
            foreach (var (name, value) in FinalReport.Fields(answer.Scores))
            {
                fields[name] = value;
            }

            Environment.Output.WriteLine(JsonSerializer.Serialize(fields, JsonView.Options));
            return;
        }

        Environment.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"step",-16}{answer.Step}"));
        if (answer.ValidationLoss is { } loss)
        {
            Environment.Output.WriteLine($"{"validation loss",-16}{ProgressText.Loss(loss)}");
        }

        foreach (var (name, value) in answer.Scores.Select(FinalReport.Words))
        {
            Environment.Output.WriteLine($"{name,-16}{value}");
        }
    }

    private sealed record Answer(int Step, double? ValidationLoss, IReadOnlyList<JobScore> Scores);
}
