using System.Net;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.GrainClient.Tests;

/// <summary>What every client does alike, whichever way it reaches the cluster.</summary>
public abstract class ClientTests(ClientSilo silo)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private ISeqClusterClient Client => field ??= Connect(silo);

    [Fact]
    public async Task Job_SubmittedSteeredAndCancelled_SaysSoAtEachStep()
    {
        var submitted = await Client.SubmitAsync(silo.Submission("seed=5", "priority=7"));
        Assert.Equal((JobState.Queued, 5L, 7), (submitted.State, (long)submitted.Spec.Seed, submitted.Spec.Priority));
        var id = submitted.JobId;
        Assert.Equal(id, (await Client.GetJobsAsync())[0].JobId);

        await Client.PauseAsync(id);
        Assert.Equal(JobState.Paused, (await Client.GetJobAsync(id)).State);
        await Client.ResumeAsync(id);
        await Client.ScaleAsync(id, 3);
        var scaled = await Client.GetJobAsync(id);
        Assert.Equal((JobState.Queued, 3), (scaled.State, scaled.WantedWorkers));
        await Client.CancelAsync(id);
        await Client.CancelAsync(id);
        Assert.Equal(JobState.Cancelled, (await Client.GetJobAsync(id)).State);
        Assert.Equal(HttpStatusCode.Conflict, (await Refused(() => Client.PauseAsync(id))).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Refused(() => Client.ResumeAsync(id))).Status);
    }

    [Fact]
    public async Task Submission_WithFaults_IsRefusedWithAllOfThem()
    {
        var refusal = await Refused(() => Client.SubmitAsync(silo.Submission("train.steps=0", "model.heads=3", "workers.colour=red")));
        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.Equal(3, refusal.Faults.Count);
        Assert.Contains(refusal.Faults, fault => fault.Contains("train.steps", StringComparison.Ordinal));
        refusal = await Refused(() => Client.SubmitAsync(silo.Submission("data.path=missing.txt")));
        Assert.Contains("missing.txt", Assert.Single(refusal.Faults), StringComparison.Ordinal);
        refusal = await Refused(() => Client.SubmitAsync(silo.Submission() with { DataFolder = "../etc" }));
        Assert.Contains("full path", Assert.Single(refusal.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client-aaaaaa")]
    [InlineData("../etc/passwd")]
    [InlineData("UPPER-aaaaaa")]
    public async Task Job_ThatIsUnknown_IsRefusedByEveryCall(string id)
    {
        Func<Task>[] calls =
        [
            () => Client.GetJobAsync(id), () => Client.CancelAsync(id), () => Client.PauseAsync(id), () => Client.ResumeAsync(id), () => Client.ScaleAsync(id, 1),
            () => Client.GetCheckpointsAsync(id), () => Client.GetMetricsAsync(id), () => Client.GetEventsAsync(id), () => Client.GetLogsAsync(id),
            async () => await Client.FollowEventsAsync(id).FirstAsync(),
        ];
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Refused(call)).Status);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Scale_OutOfBounds_IsRefusedWithTheBounds(int workers)
    {
        var id = (await Client.SubmitAsync(silo.Submission())).JobId;
        var refusal = await Refused(() => Client.ScaleAsync(id, workers));
        Assert.Equal(HttpStatusCode.BadRequest, refusal.Status);
        Assert.Contains("1 to 3", Assert.Single(refusal.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_IsReadInPagesAndFromASequenceNumberOn()
    {
        var id = (await Client.SubmitAsync(silo.Submission())).JobId;
        await Log(id, 2_300);
        await silo.Get<IMetricsStore>().Append(new WorkerStepReports
        {
            JobId = id, Attempt = 1, Generation = 1, WorkerId = "w", Rank = 0, Steps = [], Metrics = [new(1, "train/loss", 2.5), new(2, "train/loss", double.NaN)],
        });
        Assert.Equal(Enumerable.Range(1, 2_300).Select(number => (long)number), (await Client.GetLogsAsync(id)).Select(line => line.Sequence));
        Assert.Equal(["line 2299", "line 2300"], (await Client.GetLogsAsync(id, after: 2_298)).Select(line => line.Text));
        Assert.Equal([("train/loss", 1, 2.5), ("train/loss", 2, double.NaN)], (await Client.GetMetricsAsync(id)).Select(metric => (metric.Name, metric.Step, metric.Value)));
        Assert.Equal("job.queued", (await Client.GetEventsAsync(id))[0].Kind);
        Assert.Empty(await Client.GetCheckpointsAsync(id));
        Assert.Empty(await Client.GetWorkersAsync());
    }

    [Fact]
    public async Task Follow_GetsWhatIsWrittenLaterAndEndsWithTheJob()
    {
        var id = (await Client.SubmitAsync(silo.Submission())).JobId;
        await Log(id, 3);
        var two = new TaskCompletionSource();
        var seen = new List<string>();
        var following = Follow();
        await two.Task.WaitAsync(Bound);
        await Log(id, 2);
        await Client.CancelAsync(id);
        await following.WaitAsync(Bound);
        Assert.Equal(["line 2", "line 3", "line 1", "line 2"], seen);

        async Task Follow()
        {
            await foreach (var line in Client.FollowLogsAsync(id, after: 1))
            {
                seen.Add(line.Text);
                if (seen.Count == 2)
                {
                    two.SetResult();
                }
            }
        }
    }

    [Fact]
    public async Task Follow_Cancelled_Ends()
    {
        var id = (await Client.SubmitAsync(silo.Submission())).JobId;
        using var stop = new CancellationTokenSource();
        var following = Client.FollowMetricsAsync(id, cancellation: stop.Token).FirstAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following.WaitAsync(Bound));
    }

    /// <summary>The client under test.</summary>
    protected abstract ISeqClusterClient Connect(ClientSilo to);

    private static async Task<SeqClusterException> Refused(Func<Task> call) => await Assert.ThrowsAsync<SeqClusterException>(call);

    private Task Log(string id, int lines) => silo.Get<IJobLogs>().Append(
        id, [.. Enumerable.Range(1, lines).Select(number => new JobLogLine(0, DateTimeOffset.UnixEpoch, "w", $"line {number}"))]);
}
