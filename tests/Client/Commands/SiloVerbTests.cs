using System.Text;
using System.Text.Json;
using SeqCluster.Client.Tests.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Tests.Commands;

public sealed class SiloVerbTests
{
    [Theory]
    [InlineData("jobs", "(?m)^tiny-abc234 +completed +4/4 +2 +20")]
    [InlineData("workers", "(?m)^local-0 +cpu +free +127.0.0.1:4001 +LibTorch")]
    [InlineData("show tiny-abc234", "(?m)^reason +all steps are done")]
    [InlineData("show tiny-abc234", "(?m)^rank 1 +local-1, replicas 2–4, step 4, evaluating .slow: 361 ms for a replica.$")]
    [InlineData("show tiny-abc234", "(?m)^checkpoint +/runs/x")]
    [InlineData("show tiny-abc234", "(?m)^spare +local-2, ready to join$")]
    [InlineData("drain local-0", "^local-0 takes no further work$")]
    [InlineData("drain local-0 --undo", "^local-0 may work$")]
    [InlineData("logs tiny-abc234", "(?m)local-0  epoch 1$")]
    [InlineData("logs tiny-abc234 --follow", "(?m)local-0  epoch 1$")]
    [InlineData("events tiny-abc234", "(?m)job.running +2 workers train$")]
    [InlineData("events tiny-abc234 -f", "(?m)job.running +2 workers train$")]
    [InlineData("cancel tiny-abc234", "^tiny-abc234 cancelled: asked for")]
    [InlineData("pause tiny-abc234", "^tiny-abc234 completed")]
    [InlineData("resume tiny-abc234", "^tiny-abc234 completed")]
    [InlineData("scale tiny-abc234 --workers 3", "^tiny-abc234 completed")]
    [InlineData("checkpoints tiny-abc234", "(?m)^2 +20.* 1,234,567 +2.5000 +- +a{64} +tiny-abc234/attempt-1/step-000000002 .damaged.$")]
    [InlineData("checkpoints tiny-abc234", "(?m)^4 +20.* 1,234,567 +- +result, last 2 +a{64} +tiny-abc234/attempt-1/step-000000004$")]
    [InlineData("show tiny-abc234", "(?m)^goes on from +the checkpoint of step 4$")]
    public async Task Verb_SiloAnswers_PrintsForPeople(string line, string expected)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, line.Split(' ')));
        Assert.Matches(expected, run.Output);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("jobs", "[0].jobId")]
    [InlineData("workers", "[0].worker.workerId")]
    [InlineData("drain local-0", ".isDrained")]
    [InlineData("show tiny-abc234", ".result.weightsSha256")]
    [InlineData("cancel tiny-abc234", ".state")]
    [InlineData("scale tiny-abc234 --workers 3", ".wantedWorkers")]
    [InlineData("checkpoints tiny-abc234", "[0].stateSha256")]
    [InlineData("logs tiny-abc234", ".text")]
    [InlineData("events tiny-abc234 --follow", ".message")]
    public async Task Verb_Json_EveryLineParsesAndHasTheField(string line, string field)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, [.. line.Split(' '), "--json"]));
        Assert.All(run.Output.TrimEnd().Split('\n'), text =>
        {
            var element = JsonDocument.Parse(text).RootElement;
            foreach (var part in field.Split('.'))
            {
                element = part == "[0]" ? element[0] : part.Length == 0 ? element : element.GetProperty(part);
            }

            Assert.NotEqual(JsonValueKind.Undefined, element.ValueKind);
        });
    }

    [Theory]
    [InlineData("show nobody-aaaaaa")]
    [InlineData("watch nobody-aaaaaa")]
    [InlineData("cancel nobody-aaaaaa")]
    [InlineData("scale nobody-aaaaaa --workers 2")]
    [InlineData("checkpoints nobody-aaaaaa")]
    [InlineData("logs nobody-aaaaaa --follow")]
    [InlineData("events nobody-aaaaaa")]
    [InlineData("generate nobody-aaaaaa")]
    public async Task Verb_UnknownJob_IsWrongInput(string line)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, line.Split(' ')));
        Assert.Contains("there is no such job", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("jobs")]
    [InlineData("workers --json")]
    [InlineData("show x")]
    [InlineData("watch x")]
    public async Task Verb_NobodyListens_IsUnreachable(string line)
    {
        using var run = new ClientRun();
        var silo = $"http://127.0.0.1:{SeqClusterClientTests.FreePort()}";

        Assert.Equal(ExitCodes.SiloUnreachable, await run.RunAsync([.. line.Split(' '), "--silo", silo]));
        Assert.Contains(silo, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("scale tiny-abc234")]
    [InlineData("scale tiny-abc234 --workers many")]
    [InlineData("scale --workers 2")]
    public async Task Scale_FaultyLine_IsWrongInputBeforeAnyRequest(string line)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, line.Split(' ')));
        Assert.NotEmpty(run.Error);
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task Scale_Number_ReachesTheSilo()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "scale", "tiny-abc234", "--workers", "3"));
        Assert.Equal(3, silo.Job.WantedWorkers);
    }

    [Fact]
    public async Task Verb_NoSiloKnown_SaysHowToGetOne()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.SiloUnreachable, await run.RunAsync("jobs"));
        Assert.Contains("seqcluster dev", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verb_SiloIsNoUrl_IsWrongInput()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("jobs", "--silo", "localhost"));
        Assert.Contains("--silo localhost: must be a URL", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verb_DevelopmentSilos_TakesTheNewestThatLives()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();
        WriteSiloFile(run, "dev", silo.Url, Environment.ProcessId, minutesAgo: 2);
        WriteSiloFile(run, "dev/other", new Uri("http://127.0.0.1:1"), int.MaxValue, minutesAgo: 1);

        Assert.Equal(ExitCodes.Done, await run.RunAsync("jobs"));
        Assert.Contains("tiny-abc234", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_SeveralFaultsFromTheSilo_AllArePrinted()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = (400, new { title = "The request has 2 faults.", faults = new[] { new { text = "first fault" }, new { text = "second fault" } } });
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "submit", run.WriteJob()));
        Assert.Contains("first fault", run.Error, StringComparison.Ordinal);
        Assert.Contains("second fault", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_GoodFile_PreparesTheDataAndPrintsTheId()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "submit", run.WriteJob(), "--set", "train.steps=7", "--set", "seed=3"));
        Assert.Equal(Samples.JobId, run.Output.Trim());
        var submission = silo.Submission!;
        Assert.Equal("tiny.yaml", submission.Name);
        Assert.Equal(Samples.JobFile, submission.File);
        Assert.Equal(["train.steps=7", "seed=3"], submission.Overrides);
        Assert.StartsWith(Path.Combine(run.Home, "datasets"), submission.ManifestPath, StringComparison.Ordinal);
        Assert.True(File.Exists(submission.ManifestPath));
        Assert.Equal(64, submission.ManifestSha256.Length);
    }

    [Theory]
    [InlineData(true, "(?m)^begins with +first-abc234@2, and goes on after its step 2$")]
    [InlineData(false, "(?m)^begins with +the weights of first-abc234@2, step 2$")]
    public async Task Show_JobThatBeganWithAnother_SaysWithWhat(bool continues, string line)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();
        var start = new StartSpec { Checkpoint = "first-abc234@2", Continues = continues, Taken = Samples.Checkpoints().First() };
        silo.Job = Samples.Running() with { Spec = Samples.Running().Spec with { Start = start } };
        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "show", Samples.JobId));
        Assert.Matches(line, run.Output);
    }

    /// <summary>A folder of this machine is told by its whole path; anything else the silo knows by its name.</summary>
    [Fact]
    public async Task Submit_From_SaysWhatTheJobBeginsWith()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "submit", run.WriteJob(), "--from", $"{Samples.JobId}@7", "--new-tensors", "head.*, bias"));
        Assert.Equal([$"start.checkpoint={Samples.JobId}@7", "start.newTensors=head.*, bias"], silo.Submission!.Overrides);
        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "submit", run.WriteJob(), "--from", run.Folder.Path, "--continue"));
        Assert.Equal([$"start.checkpoint={run.Folder.Path}", "start.continues=true"], silo.Submission!.Overrides);
    }

    /// <summary>Behind a tunnel the silo looks as if it were here, and does not see the folder.</summary>
    [Fact]
    public async Task Submit_FromAFolderThatTheSiloDoesNotSee_SendsItAndSubmitsAgain()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();
        var source = Directory.CreateDirectory(Path.Combine(run.Folder.Path, "source")).FullName;
        File.WriteAllText(Path.Combine(source, "weights.safetensors"), "weights");
        var manifest = SealedManifest.Seal("""{"files":{"weights.safetensors":"hash"}}"""u8);
        silo.Refusal = (400, new { title = "wrong", faults = new[] { new { text = $"start.checkpoint = {source}: there is no such folder on the silo's machine" } } });
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "submit", run.WriteJob(), "--from", source));
        Assert.Contains("a checkpoint is a folder with its manifest", run.Error, StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(source, "manifest.json"), manifest);
        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "submit", run.WriteJob(), "--from", source));
        var seal = silo.Submission!.StartSha256;
        Assert.Equal((seal, "weights"), (JsonDocument.Parse(manifest).RootElement.GetProperty("sha256").GetString(), Encoding.UTF8.GetString(silo.CheckpointFiles[$"{seal}/weights.safetensors"])));
        Assert.Equal(manifest, silo.CheckpointFiles[$"{seal}/manifest.json"]);
    }

    [Theory]
    [InlineData("--new-tensors", "head.*")]
    [InlineData("--continue")]
    public async Task Submit_WithoutFrom_NothingCanBeSaidOfIt(params string[] options)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, ["submit", run.WriteJob(), .. options]));
        Assert.Contains($"{options[0]} goes with --from", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_FaultyFileAndOverride_AllFaultsBeforeAnyRequest()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();
        var file = run.WriteJob(Samples.JobFile.Replace("heads: 2", "heads: 3").Replace("microBatch", "microBath"));

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "submit", file, "--set", "train.steps=0"));
        Assert.Contains("tiny.yaml:2", run.Error, StringComparison.Ordinal);
        Assert.Contains("tiny.yaml:4", run.Error, StringComparison.Ordinal);
        Assert.Contains("--set train.steps = 0", run.Error, StringComparison.Ordinal);
        Assert.Empty(silo.Requests);
    }

    private static void WriteSiloFile(ClientRun run, string folder, Uri url, int pid, int minutesAgo)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(run.Home, folder)).FullName, "silo.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { url = url.ToString(), pid }));
        File.SetLastWriteTimeUtc(file, Samples.Start.UtcDateTime.AddMinutes(-minutesAgo));
    }
}
