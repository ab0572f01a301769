using System.Globalization;
using SeqCluster.Client.Tests.Commands;

namespace SeqCluster.Client.Tests.Running;

/// <summary><c>run</c> and <c>dev</c> with a shell script for a silo, which says that the fake API is its own.</summary>
public sealed class RunCommandTests
{
    [Fact]
    public async Task Run_Json_EndsInTheResultAndLeavesNoSilo()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Workers.Add(Samples.Worker("local-1", ""));
        using var run = new ClientRun();
        WriteSilo(run, silo.Url);

        Assert.Equal(ExitCodes.Done, await run.RunAsync("run", run.WriteJob(), "--workers", "2", "--json", "--set", "train.steps=4"));
        WatchCommandTests.AssertResult(run.Output);
        Assert.Equal(["train.steps=4", "workers.max=2", "workers.replicas=5"], silo.Submission!.Overrides);
        Assert.Contains("--listen 127.0.0.1:0 --store", SiloWords(run), StringComparison.Ordinal);
        Assert.Contains($"--workers 2 --parent-pid {Environment.ProcessId}", SiloWords(run), StringComparison.Ordinal);
        AssertSiloIsGone(run);
    }

    [Fact]
    public async Task Run_Text_ShowsTheResultAndASample()
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Completed(run.Folder.Path);
        WriteSilo(run, silo.Url);
        run.WriteProgram("Worker", "echo 'to be or not'");

        Assert.Equal(ExitCodes.Done, await run.RunAsync("run", run.WriteJob(), "--workers", "1"));
        Assert.Matches("(?m)^validation loss +2.7500", run.Output);
        Assert.Contains("sample\nto be or not", run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        AssertSiloIsGone(run);
    }

    [Fact]
    public async Task Run_CtrlCOnce_CancelsTheJobAndEndsInOrder()
    {
        await using var silo = await FakeSilo.StartAsync(streamsWait: true);
        silo.Job = Samples.Running();
        using var run = new ClientRun();
        WriteSilo(run, silo.Url);
        using var interrupt = new InterruptAfter(run, silo, "/metrics");

        Assert.Equal(ExitCodes.Interrupted, await run.RunAsync("run", run.WriteJob(), "--workers", "1"));
        Assert.Contains("POST /v1/jobs/tiny-abc234:cancel", silo.Requests);
        Assert.Contains("cancelled: asked for over the API", run.Output, StringComparison.Ordinal);
        AssertSiloIsGone(run);
    }

    [Fact]
    public async Task Run_CtrlCBeforeTheJob_EndsAtOnce()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Workers.Clear();
        using var run = new ClientRun();
        WriteSilo(run, silo.Url);
        using var interrupt = new InterruptAfter(run, silo, "/v1/workers");

        Assert.Equal(ExitCodes.Interrupted, await run.RunAsync("run", run.WriteJob(), "--workers", "1"));
        Assert.Null(silo.Submission);
        AssertSiloIsGone(run);
    }

    [Fact]
    public async Task Run_SiloEndsAtOnce_ShowsItsLastWords()
    {
        using var run = new ClientRun();
        run.WriteProgram("Silo", "echo 'the store is in use' >&2; exit 2");

        Assert.Equal(ExitCodes.SiloUnreachable, await run.RunAsync("run", run.WriteJob()));
        Assert.Contains("the store is in use", run.Error, StringComparison.Ordinal);
        Assert.Contains("exit code 2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SiloDiesDuringTheJob_IsToldAtOnce()
    {
        await using var silo = await FakeSilo.StartAsync(streamsWait: true);
        silo.Job = Samples.Running();
        using var run = new ClientRun();
        WriteSilo(run, silo.Url);
        using var killer = new Timer(
            _ =>
            {
                if (silo.Requests.Any(request => request.Contains("/events", StringComparison.Ordinal)))
                {
                    Kill(run);
                }
            },
            null,
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(20));

        Assert.Equal(ExitCodes.SiloUnreachable, await run.RunAsync("run", run.WriteJob(), "--workers", "1"));
        Assert.Contains("the silo ended before the job did", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FaultyFile_StartsNothing()
    {
        using var run = new ClientRun();
        WriteSilo(run, new Uri("http://127.0.0.1:1"));

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("run", run.WriteJob(), "--set", "train.steps=x", "--set", "model.width=-1"));
        Assert.Contains("train.steps = x", run.Error, StringComparison.Ordinal);
        Assert.Contains("model.width = -1", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(WordsFile(run)));
    }

    [Fact]
    public async Task Run_TextTooShort_StopsTheSiloAgain()
    {
        using var run = new ClientRun();
        WriteSilo(run, new Uri("http://127.0.0.1:1"));

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("run", run.WriteJob(), "--set", "model.block=5000"));
        Assert.Contains("one block needs 5,001", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FewerWorkersThanTheJobNeeds_IsAFault()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("run", run.WriteJob(Samples.JobFile.Replace("min: 1", "min: 2")), "--workers", "1"));
        Assert.Contains("workers.min", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dev_CtrlC_EndsTheSilo()
    {
        using var run = new ClientRun();
        WriteSilo(run, new Uri("http://127.0.0.1:4567"));
        var line = run.RunAsync("dev", "--workers", "3", "--json");
        using var interrupt = new Timer(
            _ =>
            {
                if (run.Output.Length > 0)
                {
                    run.Environment.Interrupts.Raise();
                }
            },
            null,
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(20));

        Assert.Equal(ExitCodes.Interrupted, await line);
        Assert.Equal("{\"url\":\"http://127.0.0.1:4567/\"}", run.Output.Trim());
        Assert.Contains($"--store {run.Home}/dev --workers 3", SiloWords(run), StringComparison.Ordinal);
        AssertSiloIsGone(run);
    }

    [Fact]
    public async Task Dev_SiloRefuses_ItsExitCodeIsOurs()
    {
        using var run = new ClientRun();
        run.WriteProgram("Silo", "echo 'port in use' >&2; exit 2");

        Assert.Equal(2, await run.RunAsync("dev"));
        Assert.Contains("port in use", run.Error, StringComparison.Ordinal);
    }

    // The process that waits is the script itself, so that its id is the one to look for.
    private static void WriteSilo(ClientRun run, Uri url) => run.WriteProgram(
        "Silo", $"echo \"$@\" > '{WordsFile(run)}'; echo $$ > '{PidFile(run)}'; echo 'silo ready {url}'; exec sleep 120");

    private static string WordsFile(ClientRun run) => Path.Combine(run.Folder.Path, "silo.words");

    private static string PidFile(ClientRun run) => Path.Combine(run.Folder.Path, "silo.pid");

    private static string SiloWords(ClientRun run) => File.ReadAllText(WordsFile(run));

    private static int SiloPid(ClientRun run) => int.Parse(File.ReadAllText(PidFile(run)), CultureInfo.InvariantCulture);

    private static void AssertSiloIsGone(ClientRun run) => Assert.False(Directory.Exists($"/proc/{SiloPid(run)}"));

    private static void Kill(ClientRun run)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(SiloPid(run));
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }
    }
}
