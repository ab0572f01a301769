using Orleans.Storage;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>What survives: the silo's restart, failing writes, stale activations, replaced workers.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task SiloRestart_RunningAndWaitingJobs_GoOn()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Reach("job-a", JobState.Scheduling);
        await cluster.Train("job-a", step: 5);
        await cluster.Reach("job-a", JobState.Running);
        await cluster.Submit("job-b", Samples.Spec());
        await cluster.Until("job-b waits", () => cluster.Status("job-b"), status => status.Reason != "submitted");

        await cluster.StopSilo();
        await cluster.StartSilo();
        FakeWorker back = await cluster.AddWorker("worker-0");
        Assert.Equal(1, (await back.Assignment())!.Attempt);
        Assert.Empty(await cluster.FreeWorkers());
        await cluster.Train("job-a", step: 9);
        Assert.Equal(9, (await cluster.Until("job-a is at step 9", () => cluster.Status("job-a"), status => status.Step == 9)).Step);
        await cluster.Finish("job-a");
        await cluster.Reach("job-a", JobState.Completed);
        await cluster.Reach("job-b", JobState.Scheduling);
        Assert.Equal(1, (await cluster.Status("job-a")).Attempt);
    }

    /// <summary>The store went away between the job's state and its events: a client that heard of a failure would submit the job twice.</summary>
    [Fact]
    public async Task Submit_OnlyItsEventsCannotBeStored_IsSubmittedAndTellsThemLater()
    {
        await using TestCluster cluster = await TestCluster.Start();
        cluster.Stores.IsAway = true;
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Step();
        Assert.Empty(cluster.Stores.Kinds("job-a"));
        cluster.Stores.IsAway = false;
        await cluster.Until("its events are there", () => Task.FromResult(cluster.Stores.Kinds("job-a")), kinds => kinds.Length > 0);
        Assert.Equal("job.queued", cluster.Stores.Kinds("job-a")[0]);
    }

    [Fact]
    public async Task SiloRestart_NobodyAsks_TheReminderWakesTheJob()
    {
        await using TestCluster cluster = await TestCluster.Start();
        cluster.Calls.LosesHints = true;
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.StopSilo();
        await cluster.StartSilo();
        FakeWorker worker = await cluster.AddWorker("worker-0");
        await cluster.Until("worker-0 holds an assignment", worker.Assignment, work => work is not null);
    }

    [Fact]
    public async Task SiloRestart_WorkerNeverComesBack_TheNextAttemptUsesAnother()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Reach("job-a", JobState.Scheduling);
        await cluster.Train("job-a");
        await cluster.Reach("job-a", JobState.Running);
        await cluster.StopSilo();
        await cluster.StartSilo();
        FakeWorker other = await cluster.AddWorker("worker-1");
        await cluster.Until("worker-1 holds attempt 2", other.Assignment, work => work?.Attempt == 2);
    }

    [Fact]
    public async Task WorkerReplaced_ByAnotherIncarnation_IsALossAndTheOldOneIsToldToLeave()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker old = await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Until("worker-0 holds an assignment", old.Assignment, work => work is not null);
        FakeWorker fresh = await cluster.AddWorker("worker-0", incarnation: "2");
        Assert.Equal(IWorkerGrain.NotConnected, await old.Heartbeat());
        Assert.Null(await old.Connect());
        await cluster.Until("the new incarnation holds attempt 2", fresh.Assignment, work => work?.Attempt == 2);
        Assert.Null(await old.Assignment());
    }

    [Fact]
    public async Task StaleActivation_WritesOverAnother_FailsAndBeginsAnew()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Until("job-a waits", () => cluster.Status("job-a"), status => status.Reason != "submitted");
        cluster.Storage.Touch("job", "job-a");
        await Assert.ThrowsAsync<InconsistentStateException>(() => cluster.Job("job-a").Cancel("first"));
        Assert.Equal(JobState.Queued, (await cluster.Status("job-a")).State);
        Assert.Null(await cluster.Job("job-a").Cancel("second"));
        Assert.Equal("second", (await cluster.Status("job-a")).Reason);
    }

    [Fact]
    public async Task FailedWrite_IsNotTakenForDone()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.Submit("job-a", Samples.Spec());
        cluster.Storage.FailingState = "job";
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Job("job-a").Cancel("first"));
        Assert.Equal(JobState.Queued, (await cluster.Status("job-a")).State);
        cluster.Storage.FailingState = null;
        Assert.Null(await cluster.Job("job-a").Cancel("second"));
        Assert.Equal("second", (await cluster.Status("job-a")).Reason);
    }

    [Fact]
    public async Task GenerationNotStored_NoWorkerIsTold()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker worker = await cluster.AddWorker("worker-0");
        cluster.Storage.FailingState = "coordinator";
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Reach("job-a", JobState.Scheduling);
        for (int second = 0; second < 5; second++)
        {
            await cluster.Step();
            Assert.Null(await worker.Assignment());
        }

        cluster.Storage.FailingState = null;
        await cluster.Until("worker-0 holds an assignment", worker.Assignment, work => work is not null);
    }

    [Fact]
    public async Task GatewaySilent_ForLongerThanTheLimit_WorkerIsDisconnected()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker silent = await cluster.AddWorker("worker-0");
        cluster.Forget(silent);
        await cluster.Until("worker-0 is gone", cluster.Scheduler.Workers, workers => workers.Count == 0);
        Assert.Equal(0, await silent.Heartbeat());
        Assert.Single(await cluster.Scheduler.Workers());
    }
}
