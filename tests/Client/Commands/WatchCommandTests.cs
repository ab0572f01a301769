using System.Text.Json;

namespace SeqCluster.Client.Tests.Commands;

public sealed class WatchCommandTests
{
    [Fact]
    public async Task Watch_JobCompletes_PrintsPlainLinesAndTheResult()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "watch", Samples.JobId));
        Assert.Contains("job.running: 2 workers train", run.Output, StringComparison.Ordinal);
        Assert.Contains("step 2: validation loss 3.2500", run.Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^steps +4 on 2 workers in 1:14", run.Output);
        Assert.Matches("(?m)^weights SHA-256 +a{64}$", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Watch_Json_EndsInOneLineWithTheResult()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "watch", Samples.JobId, "--json"));
        AssertResult(run.Output);
    }

    [Fact]
    public async Task Watch_JobFailed_SaysWhyAndExitsWithOne()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Job = Samples.Failed();
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.JobFailed, await run.RunAsync(silo, "watch", Samples.JobId));
        Assert.Contains("failed: rank 1: loss is not a number", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_StreamIsCut_GoesOnAndEndsAsUsual()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.StreamCuts = 3;
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "watch", Samples.JobId, "--json"));
        Assert.Contains(silo.Requests, request => request.EndsWith("after=1 1", StringComparison.Ordinal));
        AssertResult(run.Output);
    }

    [Fact]
    public async Task Watch_CtrlC_LeavesTheJobAlone()
    {
        await using var silo = await FakeSilo.StartAsync(streamsWait: true);
        silo.Job = Samples.Running();
        using var run = new ClientRun();
        using var interrupt = new InterruptAfter(run, silo, "/metrics");

        Assert.Equal(ExitCodes.Interrupted, await run.RunAsync(silo, "watch", Samples.JobId));
        Assert.Contains("tiny-abc234 goes on", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(silo.Requests, request => request.Contains("cancel", StringComparison.Ordinal));
    }

    internal static void AssertResult(string output)
    {
        var last = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(Samples.JobId, last.GetProperty("job").GetString());
        Assert.Equal("completed", last.GetProperty("state").GetString());
        Assert.Equal(4, last.GetProperty("steps").GetInt32());
        Assert.Equal(2, last.GetProperty("workers").GetInt32());
        Assert.Equal(2.5, last.GetProperty("train_loss").GetDouble());
        Assert.Equal(2.75, last.GetProperty("validation_loss").GetDouble());
        Assert.Equal(12345.6, last.GetProperty("tokens_per_second").GetDouble());
        Assert.Equal(new string('a', 64), last.GetProperty("weights_sha256").GetString());
        Assert.Equal(new string('b', 64), last.GetProperty("state_sha256").GetString());
        Assert.NotEmpty(last.GetProperty("checkpoint").GetString()!);
        Assert.All(output.TrimEnd().Split('\n'), line => JsonDocument.Parse(line));
    }
}
