using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data list</c>.</summary>
internal sealed class DataListCommand(ClientEnvironment environment)
    : Verb(environment, "list", "List the datasets that were prepared on this machine, newest first.", "seqcluster data list")
{
    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var datasets = DatasetSummary.List(HomeFolder.Of(Environment).Datasets, Environment.Error.WriteLine);
        if (IsJson(line))
        {
            Environment.Output.WriteLine(JsonSerializer.Serialize(datasets, JsonView.Options));
            return Done();
        }

        TextTable.Write(
            Environment.Output,
            ["DATASET", "KIND", "TOKENIZER", "TRAINING", "VALIDATION", "FOLDER"],
            [.. datasets.Select(dataset => (string[])
            [
                dataset.Sha256[..12], dataset.Kind, dataset.Tokenizer ?? "–", DatasetSummary.Amount(dataset.TrainTokens, dataset.TrainExamples), DatasetSummary.Amount(dataset.ValidationTokens, dataset.ValidationExamples), dataset.Folder,
            ])],
            whenEmpty: "no datasets");
        return Done();
    }
}
