using System.Text;
using System.Text.Json;

namespace SeqCluster.Client.Tests.Commands;

public sealed class GenerateCommandTests
{
    [Fact]
    public async Task Generate_Checkpoint_PassesTheWordsOnAndShowsTheText()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "printf '%s|' \"$@\"");

        Assert.Equal(ExitCodes.Done, await run.RunAsync(
            "generate", "--checkpoint", run.Folder.Path, "--prompt", "-- a b", "--tokens", "7", "--temperature", "0.5", "--top-k", "3", "--seed", "9"));
        Assert.Equal($"generate|--checkpoint|{run.Folder.Path}|--prompt=-- a b|--tokens|7|--temperature|0.5|--top-k|3|--top-p|1|--seed=9|", run.Output);
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("evaluate")]
    public async Task Verb_WithAnAllowedAssembly_PassesItsWholePathOn(string verb)
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "printf '%s|' \"$@\" >&2; exit 2");

        await run.RunAsync(verb, "--checkpoint", run.Folder.Path, "--allow-assembly", "My.dll", "--allow-assembly", new string('a', 64));
        Assert.Contains($"|--allow-assembly|{Path.Combine(run.Folder.Path, "My.dll")}|--allow-assembly|{new string('a', 64)}|", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WithOut_AsksForSound()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "printf '%s|' \"$@\"");

        Assert.Equal(ExitCodes.Done, await run.RunAsync(
            "generate", "--checkpoint", run.Folder.Path, "--out", "x.wav", "--seconds", "2.5", "--class", "theo", "--spectrogram", "x.svg", "--seed", "9"));
        Assert.Equal($"sound|--checkpoint|{run.Folder.Path}|--out|x.wav|--temperature|1|--top-k|0|--top-p|1|--seed=9|--seconds|2.5|--class|theo|--spectrogram|x.svg|", run.Output);
    }

    [Fact]
    public async Task Generate_SecondsWithoutOut_IsWrongInput()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("generate", "--checkpoint", run.Folder.Path, "--seconds", "2"));
        Assert.Contains("--seconds: needs --out FILE.wav", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Job_TakesItsCheckpoint()
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Completed(run.Folder.Path);
        await File.WriteAllTextAsync(Path.Combine(run.Folder.Path, "manifest.json"), Manifest(silo.Job.Result!.WeightsSha256));
        run.WriteProgram("Worker", "echo \"text of $3\"");

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "generate", Samples.JobId, "--json"));
        var line = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal($"text of {run.Folder.Path}\n", line.GetProperty("text").GetString());
        Assert.Equal(run.Folder.Path, line.GetProperty("checkpoint").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Generate_CheckpointIsOnTheSilosMachine_BringsACopyOnce(bool otherIsHere)
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Completed(Path.Combine(run.Folder.Path, "step"));
        silo.CheckpointFiles["manifest.json"] = Encoding.UTF8.GetBytes(Manifest(silo.Job.Result!.WeightsSha256));
        silo.CheckpointFiles["weights.safetensors"] = [1, 2, 3];
        if (otherIsHere)
        {
            // The same path, of another cluster.
            Directory.CreateDirectory(silo.Job.Result.Checkpoint);
            await File.WriteAllTextAsync(Path.Combine(silo.Job.Result.Checkpoint, "manifest.json"), Manifest(new string('f', 64)));
        }

        run.WriteProgram("Worker", "cat $3/weights.safetensors | od -An -tu1");
        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "generate", Samples.JobId));
        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "generate", Samples.JobId));
        Assert.Contains("1   2   3", run.Output, StringComparison.Ordinal);
        Assert.Single(silo.Requests, request => request.EndsWith("/checkpoints/4/weights.safetensors", StringComparison.Ordinal));
    }

    private static string Manifest(string weights) => $$"""{"weightsSha256":"{{weights}}"}""";

    /// <summary>A job that still trains has checkpoints to try; which of them are kept is told when another one is asked for.</summary>
    [Fact]
    public async Task Generate_StepOfARunningJob_TakesThatCheckpointOrNamesThoseThatAreKept()
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Running();
        silo.CheckpointFiles["manifest.json"] = Encoding.UTF8.GetBytes(Manifest(Samples.Checkpoints().Last().WeightsSha256));
        run.WriteProgram("Worker", "echo \"text of $3\"");
        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "generate", $"{Samples.JobId}@4", "--json"));
        Assert.Contains("step-000000004", run.Output, StringComparison.Ordinal);

        // That of step 2 is damaged.
        foreach (var step in (int[])[2, 3])
        {
            Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "generate", $"{Samples.JobId}@{step}"));
            Assert.Contains($"{Samples.JobId}@{step}: kept are steps 4", run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "generate", $"{Samples.JobId}@x"));
    }

    [Fact]
    public async Task Generate_JobWithoutACheckpoint_IsWrongInput()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Running();
        silo.Checkpoints.Clear();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "generate", Samples.JobId));
        Assert.Contains("is running and has no checkpoint yet", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_NoSuchFolder_IsWrongInput()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("generate", "--checkpoint", "nowhere"));
        Assert.Contains(Path.Combine(run.Folder.Path, "nowhere"), run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WorkerFails_ItsWordsAndExitCodeAreOurs()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "echo 'the file is damaged' >&2; exit 2");

        Assert.Equal(2, await run.RunAsync("generate", "--checkpoint", run.Folder.Path));
        Assert.Contains("the file is damaged", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_WorkerIsNotBuilt_SaysHowToBuildIt()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("generate", "--checkpoint", run.Folder.Path));
        Assert.Contains("SeqCluster.Worker is not built", run.Error, StringComparison.Ordinal);
    }
}
