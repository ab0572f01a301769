using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>The silo dies and another one comes on its store; the workers are of other machines, as far as they know.</summary>
public sealed class SiloAwayTests
{
    private const int Endless = 1_000_000;

    /// <summary>In time: nobody stops. Too late: all park with their state, and go on as another generation of the same attempt.</summary>
    [TorchTheory]
    [InlineData(60, false)]
    [InlineData(2, true)]
    public async Task Silo_KilledAndBack_TheSameProcessesGoOnWithTheirState(int offlineSeconds, bool isLate)
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1");
        await cluster.AllWorkersAsync(2);
        var processes = cluster.OwnWorkers;
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Endless);
        string[] overrides = ["train.schedule.kind=constant", "evaluate.everySteps=40"];
        var id = (await cluster.SubmitAsync(file, [.. overrides, "workers.max=2", "workers.min=2", $"recovery.offlineSeconds={offlineSeconds}"])).JobId;
        var before = await cluster.UntilAsync(id, "training", job => job.Step > 5 && job.Members.Count == 2);

        cluster.KillSilo();
        if (isLate)
        {
            // The other one may stop because it loses the first, before it looks at its clock.
            await cluster.HearAsync("keeps the state and waits for one");
        }

        cluster.RestartSilo();
        var after = await cluster.UntilAsync(id, "training again", job =>
            job.Step > before.Step + 40 && job.Members.Count == 2 && job.Generation == (isLate ? 2 : 1));
        Assert.Equal(processes, cluster.OwnWorkers);
        await cluster.Client.PauseAsync(id);
        var paused = await cluster.UntilAsync(id, "paused", job => job.State == JobState.Paused);
        Assert.True(paused.Attempt == 1, await cluster.EventsAsync(id));

        var reached = (await cluster.Client.GetCheckpointsAsync(id))[^1];
        var undisturbed = await cluster.FinishAsync((await cluster.SubmitAsync(file, [.. overrides, $"train.steps={reached.Step}"])).JobId);
        Assert.Equal((undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256), (reached.WeightsSha256, reached.StateSha256));
        Assert.True(after.Step <= reached.Step);
    }
}
