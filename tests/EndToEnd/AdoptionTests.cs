using System.Diagnostics;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>SIGKILL of every process: a checkpoint that was written is found, and the job goes on from it.</summary>
public sealed class AdoptionTests
{
    private const int Endless = 1_000_000;

    /// <summary>Written whole, told to nobody: the silo was gone, and then the worker. The next attempt finds it, and its bits are the undisturbed ones.</summary>
    [TorchFact]
    public async Task EveryProcess_Killed_TheCheckpointThatNobodyWasToldOfIsWhereTheJobGoesOn()
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Endless);
        string[] overrides = ["train.schedule.kind=constant", "evaluate.everySteps=0"];
        var id = (await cluster.SubmitAsync(file, [.. overrides, "train.checkpointEverySteps=20", "recovery.offlineSeconds=60"])).JobId;
        await cluster.UntilAsync(id, "training", job => job.CheckpointStep > 0);

        cluster.KillSilo();
        var told = cluster.CheckpointFolders(id)[^1];
        await cluster.UntilWrittenAsync(id, after: told);
        Process.GetProcessById(Assert.Single(cluster.OwnWorkers)).Kill();
        cluster.RestartSilo();

        // The same slot: its other process proves that the one before is dead.
        cluster.StartWorker("far-0");
        var second = await cluster.UntilAsync(id, "training again", job => job.Attempt == 2 && job.Step > 0 && job.Members.Count == 1 && job.State == JobState.Running);
        var events = await cluster.Client.GetEventsAsync(id);
        Assert.True(events.Any(one => one.Kind == "checkpoint.adopted"), await cluster.EventsAsync(id) + "\n" + string.Join("\n", cluster.CheckpointFolders(id)));
        var adopted = events.Last(one => one.Kind == "checkpoint.adopted").Message;
        var begun = events.Last(one => one.Kind == "generation.formed").Message;
        Assert.True(string.CompareOrdinal(adopted[adopted.IndexOf($"{id}/", StringComparison.Ordinal)..].Split(';')[0], told) > 0, $"{adopted}; {told} was known");
        Assert.Contains(adopted[adopted.IndexOf($"{id}/", StringComparison.Ordinal)..].Split(';')[0], begun, StringComparison.Ordinal);
        await cluster.Client.PauseAsync(id);
        await cluster.UntilAsync(id, "paused", job => job.State == JobState.Paused);
        var reached = (await cluster.Client.GetCheckpointsAsync(id))[^1];
        Assert.StartsWith($"{id}/attempt-{second.Attempt}/", reached.Reference, StringComparison.Ordinal);
        var undisturbed = await cluster.FinishAsync((await cluster.SubmitAsync(file, [.. overrides, $"train.steps={reached.Step}"])).JobId);
        Assert.Equal((undisturbed.Result!.WeightsSha256, undisturbed.Result.StateSha256), (reached.WeightsSha256, reached.StateSha256));
    }
}
