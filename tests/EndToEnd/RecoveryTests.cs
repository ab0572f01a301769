using System.Diagnostics;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>
/// The promise under losses, on real processes: whichever worker is killed, and whenever, the others keep their processes and
/// their state, nothing is rolled back, and the weights are those of the undisturbed job.
/// </summary>
public sealed class RecoveryTests
{
    private const int Steps = 400;

    [TorchTheory]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public async Task Worker_Killed_TheOthersGoOnAndTheJobEndsInTheSameWeights(int workers, int victim)
    {
        using var cluster = new Cluster(workers);
        await cluster.AllWorkersAsync(workers);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Steps);
        var undisturbed = await cluster.FinishAsync((await cluster.SubmitAsync(file, "evaluate.everySteps=40")).JobId);

        var id = (await cluster.SubmitAsync(file, "evaluate.everySteps=40", "train.checkpointEverySteps=50", $"workers.max={workers}")).JobId;
        await cluster.UntilAsync(id, "training", job => job.Step > 5 && job.Members.Count == workers);
        var before = cluster.WorkerProcesses();
        var killed = before[victim];
        Process.GetProcessById(killed).Kill();
        await cluster.UntilAsync(id, "training without it", job => job.Generation > 1);
        var after = cluster.WorkerProcesses();
        Assert.Equal(before.Where(process => process != killed), before.Intersect(after));

        // The one that is started in its place joins when it is ready.
        await cluster.UntilAsync(id, "complete again, or done", job => job.State == JobState.Completed || (job.Generation > 2 && job.Members.Count == workers));
        var finished = await cluster.FinishAsync(id);
        var events = await cluster.EventsAsync(id);
        Assert.True(finished.State == JobState.Completed, $"{finished.State}: {finished.Reason}\n{events}");
        Assert.True(finished is { Attempt: 1, Generation: > 2 }, events);
        Assert.Equal(
            (undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256, undisturbed.Result.ValidationLoss),
            (finished.Result!.WeightsSha256, finished.Result.StateSha256, finished.Result.ValidationLoss));
        AssertNoStepIsMissingOrDoneTwice(cluster, id);
    }

    // Whoever was not killed has told of every step, and of none twice: nothing was rolled back.
    private static void AssertNoStepIsMissingOrDoneTwice(Cluster cluster, string id)
    {
        var told = cluster.Reports(id, attempt: 1);
        Assert.Equal(Enumerable.Range(1, Steps), told.Select(report => report.Report.Step).Distinct());
        Assert.All(
            told.GroupBy(report => (report.Report.Step, report.Rank)),
            same => Assert.True(same.Count() == 1, $"rank {same.Key.Rank} did step {same.Key.Step} {same.Count()} times"));
    }
}
