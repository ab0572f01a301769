using System.Text.Json;

namespace SeqCluster.Client.Tests.Commands;

public sealed class DataCommandTests
{
    [Fact]
    public async Task Data_PrepareThenList_ShowsTheDataset()
    {
        using var run = new ClientRun();
        run.WriteJob();

        Assert.Equal(ExitCodes.Done, await run.RunAsync("data", "prepare", "--path", "text.txt", "--validation-fraction", "0.25"));
        Assert.Matches("(?m)^training +630 tokens", run.Output);
        Assert.Matches("(?m)^validation +210 tokens", run.Output);

        Assert.Equal(ExitCodes.Done, await run.RunAsync("data", "list", "--json"));
        var listed = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement[0];
        Assert.Equal(630, listed.GetProperty("train_tokens").GetInt64());
        Assert.Contains(listed.GetProperty("sha256").GetString()!, run.Output.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_PrepareJobFile_NeedsABlock()
    {
        using var run = new ClientRun();
        var file = run.WriteJob(Samples.JobFile.Replace("block: 16", "block: 4000"));

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("data", "prepare", file));
        Assert.Contains("one block needs 4,001", run.Error, StringComparison.Ordinal);
        Assert.Contains("data.validationFraction", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run.Home, "datasets")) && Directory.EnumerateFileSystemEntries(Path.Combine(run.Home, "datasets")).Any());
    }

    [Fact]
    public async Task Data_PrepareNothingThere_NamesEachEntry()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("data", "prepare", "--path", "a.txt", "--path", "b/*.txt"));
        Assert.Contains("a.txt", run.Error, StringComparison.Ordinal);
        Assert.Contains("b/*.txt", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_ListDamagedDataset_SaysSoAndGoesOn()
    {
        using var run = new ClientRun();
        run.WriteJob();
        await run.RunAsync("data", "prepare", "--path", "text.txt");
        var damaged = Directory.CreateDirectory(Path.Combine(run.Home, "datasets", new string('0', 64))).FullName;
        File.WriteAllText(Path.Combine(damaged, "manifest.json"), "{}");

        Assert.Equal(ExitCodes.Done, await run.RunAsync("data", "list"));
        Assert.Contains(damaged, run.Error, StringComparison.Ordinal);
        Assert.Contains("756", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_FetchAgain_TakesTheTextThatIsThere()
    {
        using var run = new ClientRun();
        File.WriteAllText(Path.Combine(run.Folder.Path, "jargon.txt"), "abc");

        Assert.Equal(ExitCodes.Done, await run.RunAsync("data", "fetch", "jargon", "--to", run.Folder.Path, "--json"));
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", JsonDocument.Parse(run.Output).RootElement.GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Schema_Always_IsJsonWithTheModels()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync("schema"));
        var schema = JsonDocument.Parse(run.Output).RootElement;
        Assert.Contains("transformer-lm", schema.GetProperty("properties").GetProperty("model").GetRawText(), StringComparison.Ordinal);
    }
}
