using System.Diagnostics;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>A job that is paused, resumed, scaled and loses a worker ends in the bits of the undisturbed one.</summary>
public sealed class SteeringTests
{
    private const int Steps = 800;

    [TorchFact]
    public async Task Job_PausedResumedScaledAndKilled_EndsInTheSameWeights()
    {
        using var cluster = new Cluster(workers: 3);
        await cluster.AllWorkersAsync(3);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Steps);
        var undisturbed = await cluster.SubmitAsync(file);
        var id = (await cluster.SubmitAsync(
            file, "train.strategy=parameterServer", "train.checkpointEverySteps=10", "workers.max=2", "workers.min=2", "priority=3")).JobId;

        await cluster.UntilAsync(id, "training", job => job.Step > 5);
        await cluster.Client.PauseAsync(id);
        var paused = await cluster.UntilAsync(id, "paused", job => job.State == JobState.Paused);
        Assert.True(paused.Step > 5 && paused.Step == paused.CheckpointStep, $"paused at step {paused.Step}, checkpoint of {paused.CheckpointStep}: {paused.Reason}");
        Assert.Equal(paused.Step, (await cluster.Client.GetCheckpointsAsync(id))[^1].Step);

        await cluster.FinishAsync(undisturbed.JobId);
        await cluster.Client.ResumeAsync(id);
        await cluster.UntilAsync(id, "training again", job => job.State == JobState.Running && job.Step > paused.Step);
        await cluster.Client.ScaleAsync(id, 3);
        var scaled = await cluster.UntilAsync(id, "training on three", job => job.State == JobState.Running && job.Members.Count == 3);
        await cluster.UntilAsync(id, "some steps further", job => job.Step > scaled.Step + 15);
        Process.GetProcessById(cluster.WorkerProcesses()[0]).Kill();

        var finished = await cluster.FinishAsync(id);
        Assert.True(finished.State == JobState.Completed, $"{finished.State}: {finished.Reason}");

        // Pausing ends an attempt; neither scaling nor a loss does.
        Assert.Equal((2, 2), (scaled.Attempt, scaled.Generation));
        Assert.True(finished is { Attempt: 2, Generation: > 2 }, $"attempt {finished.Attempt}, generation {finished.Generation}: {await cluster.EventsAsync(id)}");
        undisturbed = await cluster.Client.GetJobAsync(undisturbed.JobId);
        Assert.Equal(
            (undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256, undisturbed.Result.ValidationLoss),
            (finished.Result!.WeightsSha256, finished.Result.StateSha256, finished.Result.ValidationLoss));
        await AssertNoAttemptBeganAnewAsync(cluster, id, finished.Attempt);
        var checkpoints = await cluster.Client.GetCheckpointsAsync(id);
        Assert.Equal([Steps - 20, Steps - 10, Steps], checkpoints.Select(one => one.Step));
        Assert.Equal(finished.Result.WeightsSha256, checkpoints[^1].WeightsSha256);
        Assert.Equal(checkpoints.Select(one => one.Reference), cluster.CheckpointFolders(id));
    }

    // From the reports: each attempt goes on where an earlier one had come to, on the workers that it should have.
    private static async Task AssertNoAttemptBeganAnewAsync(Cluster cluster, string id, int attempts)
    {
        var last = 0;
        var (generations, steps) = await cluster.LedgerAsync(id);
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            var reports = steps.Where(step => step.Attempt == attempt).ToList();
            if (attempt >= 3 && reports.Count == 0)
            {
                continue;
            }

            var first = reports.Min(report => report.Step);
            Assert.True(attempt == 1 ? first == 1 : first > 1 && first <= last + 1, $"attempt {attempt} began with step {first}, after step {last}");
            Assert.True(attempt > 2 || generations.Where(one => one.Attempt == attempt).Max(one => one.Workers.Count) == attempt + 1, $"attempt {attempt} ran on other workers");
            last = reports.Max(report => report.Step);
        }

        Assert.Equal(Steps, last);
    }
}
