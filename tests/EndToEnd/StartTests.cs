using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>Jobs that begin with what another one has come to.</summary>
public sealed class StartTests
{
    private static readonly string[] Constant = ["train.schedule.kind=constant", "train.checkpointEverySteps=10", "checkpoints.keepEverySteps=10", "train.ema=0.9", "evaluate.everySteps=10"];

    /// <summary>Whatever it is continued from, on however many workers, with either strategy: the weights and the state of a job that had all these steps.</summary>
    [TorchFact]
    public async Task Job_ThatContinuesAnother_EndsInTheBitsOfOneThatHadAllTheSteps()
    {
        using var cluster = new Cluster(workers: 2);
        await cluster.AllWorkersAsync(2);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5);
        var whole = await FinishAsync(cluster, file, "train.steps=50");
        var first = await FinishAsync(cluster, file, "train.steps=30", "workers.max=2");

        // Its last one, one of its earlier ones, and a copy of its folder.
        string[] names = [first.JobId, $"{first.JobId}@20", first.Result!.Checkpoint];
        string[][] others = [["workers.max=2"], ["train.strategy=parameterServer", "workers.max=2"], ["workers.max=1"]];
        foreach (var (name, more) in names.Zip(others))
        {
            var second = await FinishAsync(cluster, file, ["train.steps=50", $"start.checkpoint={name}", "start.continues=true", .. more]);
            Assert.Equal((whole.Result!.WeightsSha256, whole.Result.StateSha256), (second.Result!.WeightsSha256, second.Result.StateSha256));
            Assert.Equal(name.EndsWith("@20", StringComparison.Ordinal) ? 21 : 31, (await cluster.LedgerAsync(second.JobId)).Steps[0].Step);
            Assert.DoesNotContain(await cluster.Client.GetCheckpointsAsync(second.JobId), one => one.Reference.Contains("attempt-0", StringComparison.Ordinal));
            var (code, said) = await AuditTests.AuditAsync(cluster, second.JobId);
            Assert.True(code == 0 && said.Contains("of the job that it continues", StringComparison.Ordinal), said);
        }
    }

    /// <summary>Killed before its first checkpoint, it begins again from the silo's copy, though the original is gone.</summary>
    [TorchFact]
    public async Task Job_ThatContinuesAnother_BeginsAgainFromTheSilosCopy()
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5);
        string[] overrides = ["train.schedule.kind=constant", "evaluate.everySteps=0"];
        var first = await FinishAsync(cluster, file, [.. overrides, "train.steps=5"]);
        var id = (await cluster.SubmitAsync(file, [.. overrides, "train.steps=400", $"start.checkpoint={first.Result!.Checkpoint}", "start.continues=true"])).JobId;
        Directory.Delete(first.Result.Checkpoint, recursive: true);
        await cluster.UntilAsync(id, "training", job => job.Step > 6);
        cluster.KillAndReplace("far-0");
        await cluster.UntilAsync(id, "training again", job => job.Attempt == 2 && job.Step > 6);
        Assert.Contains(await cluster.Client.GetEventsAsync(id), one => one.Kind == "generation.formed" && one.Message.StartsWith("attempt 2: ", StringComparison.Ordinal)
            && one.Message.Contains($"goes on after step 5 from {id}/attempt-0/", StringComparison.Ordinal));
        await cluster.Client.PauseAsync(id);
        await cluster.UntilAsync(id, "paused", job => job.State is JobState.Paused or JobState.Completed);
        var reached = (await cluster.Client.GetCheckpointsAsync(id))[^1];
        var whole = await FinishAsync(cluster, file, [.. overrides, $"train.steps={reached.Step}"]);
        Assert.Equal((whole.Result!.WeightsSha256, whole.Result.StateSha256), (reached.WeightsSha256, reached.StateSha256));
    }

    private static async Task<JobStatus> FinishAsync(Cluster cluster, string file, params string[] overrides)
    {
        string[] common = overrides.Any(one => one.StartsWith("train.schedule", StringComparison.Ordinal)) ? [] : Constant;
        var finished = await cluster.FinishAsync((await cluster.SubmitAsync(file, [.. common, .. overrides])).JobId);
        Assert.True(finished.State == JobState.Completed, finished.Reason);
        return finished;
    }
}
