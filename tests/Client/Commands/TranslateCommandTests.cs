using System.Text.Json;

namespace SeqCluster.Client.Tests.Commands;

public sealed class TranslateCommandTests
{
    [Fact]
    public async Task Translate_Checkpoint_PassesTheWordsOn()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "printf '%s|' \"$@\"");

        Assert.Equal(ExitCodes.Done, await run.RunAsync(
            "translate", "--checkpoint", run.Folder.Path, "--text", "-- ein hund", "--text", "b", "--beam", "5", "--attention", "a.svg"));
        Assert.Equal(
            $"translate|--checkpoint|{run.Folder.Path}|--beam|5|--length-penalty|0.6|--maximum-length|100|--text=-- ein hund|--text=b|--attention|{run.Folder.Path}/a.svg|",
            run.Output);
    }

    [Fact]
    public async Task Translate_Job_TakesItsCheckpointAndListsTheTargets()
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Completed(run.Folder.Path);
        await File.WriteAllTextAsync(Path.Combine(run.Folder.Path, "manifest.json"), $$"""{"weightsSha256":"{{silo.Job.Result!.WeightsSha256}}"}""");
        run.WriteProgram("Worker", "echo 'a dog'; echo 'a cat'");

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "translate", Samples.JobId, "--text", "x", "--json"));
        Assert.Equal(["a dog", "a cat"], JsonDocument.Parse(run.Output).RootElement.GetProperty("targets").EnumerateArray().Select(target => target.GetString()));
    }

    [Fact]
    public async Task Translate_NeitherJobNorCheckpoint_IsWrongInput()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("translate", "--text", "x"));
        Assert.Contains("translate: needs either a JOB or --checkpoint FOLDER", run.Error, StringComparison.Ordinal);
    }
}
