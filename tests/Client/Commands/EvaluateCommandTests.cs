using System.Text.Json;

namespace SeqCluster.Client.Tests.Commands;

public sealed class EvaluateCommandTests
{
    [Theory]
    [InlineData("evaluate", "either a JOB or --checkpoint FOLDER")]
    [InlineData("evaluate --checkpoint . --beam 0", "must be from 1 to 100")]
    public async Task Words_ThatAreWrong_AreRefusedBeforeAnythingStarts(string words, string reason)
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(words.Split(' ')));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Another verb that takes a job or a folder, and leaves the work to the worker's program.</summary>
    [Fact]
    public async Task Export_Checkpoint_SaysWhereItIs()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", """test "$1 $2 $4 $6" = "export --checkpoint --to --trained-weights" && echo $3 > $5""");

        Assert.Equal(ExitCodes.Done, await run.RunAsync("export", "--checkpoint", run.Folder.Path, "--to", Path.Combine(run.Folder.Path, "model"), "--trained-weights", "--json"));
        Assert.Equal(run.Folder.Path, (await File.ReadAllTextAsync(Path.Combine(run.Folder.Path, "model"))).Trim());
        Assert.Equal(Path.Combine(run.Folder.Path, "model"), JsonDocument.Parse(run.Output).RootElement.GetProperty("export").GetString());
    }

    [Fact]
    public async Task Evaluate_Checkpoint_ShowsItsScores()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", """echo '{"step":7,"validationLoss":0.5,"scores":[{"name":"exact_match","value":0.75},{"name":"bleu","value":34.5,"signature":"nrefs:1"}]}'""");

        Assert.Equal(ExitCodes.Done, await run.RunAsync("evaluate", "--checkpoint", run.Folder.Path));
        Assert.Contains("exact match", run.Output, StringComparison.Ordinal);
        Assert.Contains("34.5  nrefs:1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Json_HasTheNamesOfARunsLastLine()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", """echo '{"step":7,"validationLoss":0.5,"scores":[{"name":"bleu","value":34.5,"signature":"nrefs:1"}]}'""");

        Assert.Equal(ExitCodes.Done, await run.RunAsync("evaluate", "--checkpoint", run.Folder.Path, "--json"));
        var line = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((0.5, 34.5, "nrefs:1"), (line.GetProperty("validation_loss").GetDouble(), line.GetProperty("bleu").GetDouble(), line.GetProperty("signature").GetString()));
    }
}
