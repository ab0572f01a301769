using System.Diagnostics;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>
/// The promise under losses, on real processes: whichever worker is killed, and whenever, the others keep their processes and
/// their state, nothing is rolled back, and the weights are those of the undisturbed job.
/// </summary>
public sealed class RecoveryTests
{
    private const int Endless = 1_000_000;

    [TorchTheory]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public async Task Worker_Killed_ItsSuccessorJoinsAndTheStateIsThatOfTheUndisturbedJob(int workers, int victim)
    {
        using var cluster = new Cluster(workers);
        await KillAsync(cluster, workers, [victim], JobFiles.Small(cluster.WriteText(), replicas: 5, Endless));
    }

    /// <summary>Where members hold parts of the optimizer's state, each rank is the owner of one, and holds the only copy of another.</summary>
    [TorchFact]
    public async Task Worker_OneRankKilledAfterTheOther_WithTheStateSharedOut_TheStateIsThatOfTheUndisturbedJob()
    {
        using var cluster = new Cluster(workers: 3);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Endless).Replace("train:", "train:\n  strategy: parameterServer", StringComparison.Ordinal);
        await KillAsync(cluster, workers: 3, [0, 1, 2], file);
    }

    /// <summary>Whoever joins needs all that a step hands to the next: also what rows carry, and the mean of the weights.</summary>
    [TorchFact]
    public async Task Worker_KilledInAJobThatCarriesState_TheStateIsThatOfTheUndisturbedJob()
    {
        using var cluster = new Cluster(workers: 2);
        var file = JobFiles.Families(cluster.WriteText(), replicas: 5)["tracks"].Replace("steps: 8", $"steps: {Endless}\n  ema: 0.9", StringComparison.Ordinal);
        await KillAsync(cluster, workers: 2, [1], file);
    }

    /// <summary>Whether the successor comes before the end does not matter to the result.</summary>
    [TorchFact]
    public async Task Worker_Killed_TheOthersEndTheJobInTheSameResult()
    {
        const int Steps = 400;
        using var cluster = new Cluster(workers: 2);
        await cluster.AllWorkersAsync(2);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Steps);
        var undisturbed = await cluster.FinishAsync((await cluster.SubmitAsync(file)).JobId);

        var id = (await cluster.SubmitAsync(file, "train.checkpointEverySteps=50", "workers.max=2")).JobId;
        await cluster.UntilAsync(id, "training", job => job.Step > 5 && job.Members.Count == 2);
        Process.GetProcessById(cluster.WorkerProcesses()[1]).Kill();
        var finished = await cluster.FinishAsync(id);
        var events = await cluster.EventsAsync(id);
        Assert.True(finished is { State: JobState.Completed, Attempt: 1, Generation: > 1 }, $"{finished.State}: {finished.Reason}\n{events}");
        await AssertNoStepIsMissingOrDoneTwiceAsync(cluster, id, Steps);
        Assert.Equal(
            (undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256, undisturbed.Result.ValidationLoss),
            (finished.Result!.WeightsSha256, finished.Result.StateSha256, finished.Result.ValidationLoss));
    }

    // The job has no end of its own, so that there is time for the successor on any machine. It is paused when all train again, and
    // what it has come to is compared with a job of just so many steps. The schedule must not know how many there are.
    private static async Task KillAsync(Cluster cluster, int workers, int[] ranks, string file)
    {
        string[] overrides = ["train.schedule.kind=constant", "evaluate.everySteps=40"];
        await cluster.AllWorkersAsync(workers);
        var id = (await cluster.SubmitAsync(file, [.. overrides, "train.checkpointEverySteps=50", $"workers.max={workers}"])).JobId;
        var complete = await cluster.UntilAsync(id, "training", job => job.Step > 5 && job.Members.Count == workers);
        foreach (var rank in ranks)
        {
            var (before, generation) = (cluster.WorkerProcesses(), complete.Generation);
            var killed = cluster.ProcessOf(complete.Members[rank].WorkerId);
            Process.GetProcessById(killed).Kill();
            await cluster.UntilAsync(id, "training without it", job => job.Generation > generation);
            var after = cluster.WorkerProcesses();
            Assert.Equal(before.Where(process => process != killed), before.Intersect(after));

            // The one that is started in its place joins when it is ready.
            complete = await cluster.UntilAsync(id, "complete again", job => job.Generation > generation + 1 && job.Members.Count == workers);
            var joined = complete.Step;
            complete = await cluster.UntilAsync(id, "training together", job => job.Step > joined + 40);
        }

        await cluster.Client.PauseAsync(id);
        var paused = await cluster.UntilAsync(id, "paused", job => job.State == JobState.Paused);
        Assert.True(paused.Attempt == 1, await cluster.EventsAsync(id));
        var reached = (await cluster.Client.GetCheckpointsAsync(id))[^1];
        Assert.Equal(paused.Step, reached.Step);
        await AssertNoStepIsMissingOrDoneTwiceAsync(cluster, id, reached.Step);

        var undisturbed = await cluster.FinishAsync((await cluster.SubmitAsync(file, [.. overrides, $"train.steps={reached.Step}"])).JobId);
        Assert.Equal((undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256), (reached.WeightsSha256, reached.StateSha256));
        await AssertSameEvaluationsAsync(cluster, undisturbed.JobId, id, reached.Step);
    }

    // Whoever died, every step was told of; and of none a second report counts: nothing was rolled back.
    private static async Task AssertNoStepIsMissingOrDoneTwiceAsync(Cluster cluster, string id, int steps)
    {
        var (generations, told) = await cluster.LedgerAsync(id);
        var counting = told.Where(step => GenerationRecord.Counting(generations, step.Step) is { } of && (of.Attempt, of.Generation) == (step.Attempt, step.Generation));
        Assert.Equal(Enumerable.Range(1, steps), counting.Select(step => step.Step));
    }

    // After its last step the undisturbed job evaluates the whole held-out part.
    private static async Task AssertSameEvaluationsAsync(Cluster cluster, string undisturbed, string disturbed, int lastStep)
    {
        async Task<Dictionary<int, double>> LossesAsync(string id) => (await cluster.Client.GetMetricsAsync(id))
            .Where(metric => metric.Name == "validation/loss" && metric.Step < lastStep).ToDictionary(metric => metric.Step, metric => metric.Value);
        var (expected, found) = (await LossesAsync(undisturbed), await LossesAsync(disturbed));
        Assert.NotEmpty(found);
        Assert.All(found, loss => Assert.Equal(expected[loss.Key], loss.Value));
    }
}
