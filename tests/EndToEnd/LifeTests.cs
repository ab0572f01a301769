using System.Diagnostics;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>Jobs that share workers, lose them, and silos that die.</summary>
public sealed class LifeTests
{
    private const int Endless = 1_000_000;

    [TorchFact]
    public async Task ThreeJobs_OnTwoWorkers_TheThirdWaitsAndSaysWhyUntilOneIsCancelled()
    {
        using var cluster = new Cluster(workers: 2);
        await cluster.AllWorkersAsync(2);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 2, Endless);
        var first = await cluster.SubmitAsync(file);
        var second = await cluster.SubmitAsync(file);
        var third = await cluster.SubmitAsync(file, "train.steps=3");
        await cluster.UntilAsync(first.JobId, "training", job => job.Step > 0);
        await cluster.UntilAsync(second.JobId, "training", job => job.Step > 0);
        var waiting = await cluster.Client.GetJobAsync(third.JobId);
        Assert.Equal(JobState.Queued, waiting.State);
        Assert.Contains(first.JobId, waiting.Reason, StringComparison.Ordinal);
        Assert.Contains(second.JobId, waiting.Reason, StringComparison.Ordinal);

        await cluster.Client.CancelAsync(first.JobId);
        var cancelled = await cluster.Client.GetJobAsync(first.JobId);
        Assert.Equal((JobState.Cancelled, 0), (cancelled.State, cancelled.Members.Count));
        await cluster.FreedAsync(first.JobId);
        Assert.Equal(JobState.Completed, (await cluster.FinishAsync(third.JobId)).State);
        Assert.Equal(JobState.Running, (await cluster.Client.GetJobAsync(second.JobId)).State);
    }

    [TorchFact]
    public async Task Silo_Killed_NoWorkerIsLeftAndNoSharedSegment()
    {
        using var cluster = new Cluster(workers: 2);
        await cluster.AllWorkersAsync(2);
        var job = await cluster.SubmitAsync(JobFiles.Small(cluster.WriteText(), replicas: 2, Endless), "workers.max=2", "workers.min=2");
        await cluster.UntilAsync(job.JobId, "training", status => status.Step > 0);
        var workers = cluster.WorkerProcesses().Select(id => Process.GetProcessById(id)).ToList();
        cluster.KillSilo();
        Assert.All(workers, worker => Assert.True(worker.WaitForExit(Cluster.Deadline), $"worker {worker.Id} outlived its silo"));
        Assert.DoesNotContain(Directory.EnumerateFiles("/dev/shm"), file => file.Contains(job.JobId, StringComparison.Ordinal));
    }

    [TorchFact]
    public async Task Submit_SeveralFaults_AreAllInTheProblemAndNothingStarts()
    {
        using var cluster = new Cluster(workers: 0);
        var fault = await Assert.ThrowsAsync<SeqClusterException>(() =>
            cluster.SubmitAsync(JobFiles.Small("missing.txt", replicas: 2), "model.heads=3", "train.steps=0", "train.colour=red"));
        Assert.Equal(3, fault.Faults.Count);
        Assert.Empty(await cluster.Client.GetJobsAsync());
        fault = await Assert.ThrowsAsync<SeqClusterException>(() => cluster.SubmitAsync(JobFiles.Small("missing.txt", replicas: 2)));
        Assert.Contains("missing.txt", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SeqClusterException>(() => cluster.Client.GetJobAsync("no-such-job"));
    }
}
