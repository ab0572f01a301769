using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Shards;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Tests.Cluster;

public sealed class JobOnSiloTests
{
    [Fact]
    public async Task Submit_WorkersThatFinish_CompletesAndFreesThem()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker first = await cluster.AddWorker("worker-0");
        FakeWorker second = await cluster.AddWorker("worker-1");
        await cluster.Grains.GetGrain<IDatasetGrain>("dataset-a").Register(new DatasetDescription { Kind = "text", Shards = [new("shard-a", 10)] });
        await cluster.Submit("job-a", Samples.Spec(min: 2, max: 2, replicas: 5));
        await cluster.Reach("job-a", JobState.Scheduling);
        Assignment held = (await cluster.Until("worker-1 holds an assignment", second.Assignment, work => work is not null))!;
        Assert.Equal((1, 1, 1, 5, 2), (held.Attempt, held.Generation, held.Rank, held.Replicas, held.Members.Count));
        Assert.Equal(32, held.Secret.Length);
        Assert.Equal("/tmp/none/job-a/attempt-1", held.CheckpointFolder);
        await cluster.Until("the push arrives", () => Task.FromResult(second.PushedVersion), version => version == held.Version);
        await cluster.Train("job-a", step: 7);
        JobStatus running = await cluster.Reach("job-a", JobState.Running);
        Assert.Equal([(0, 2), (2, 3)], running.Members.Select(member => (member.FirstReplica, member.ReplicaCount)));
        Assert.Equal(7, running.Step);
        await cluster.Finish("job-a");
        JobStatus done = await cluster.Reach("job-a", JobState.Completed);
        Assert.Equal("aa", done.Result!.WeightsSha256);
        await cluster.Until("both are free", cluster.FreeWorkers, free => free.Length == 2);
        Assert.Null(await first.Assignment());
        await cluster.Until("no reminder is left", () => Task.FromResult(cluster.Reminders.Count), count => count == 0);
        Assert.Equal(
            ["job.queued", "job.scheduling", "generation.formed", "generation.training", "job.running", "attempt.succeeded", "job.completed"],
            cluster.Stores.Kinds("job-a"));

        // The whole life has used every drawn call.
        Assert.Empty(CallGraph.DrawnAwaited.Except(cluster.Calls.Awaited.Keys));
    }

    [Fact]
    public async Task Submit_Again_IsHarmlessOrRefused()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Submit("job-a", Samples.Spec());
        Assert.Contains("another specification", await cluster.Job("job-a").Submit(Samples.Spec(max: 2)), StringComparison.Ordinal);
        Assert.Contains("must be", await cluster.Job("no/path").Submit(Samples.Spec()), StringComparison.Ordinal);
        Assert.Equal(["job-a"], await cluster.Grains.GetGrain<IJobDirectoryGrain>(ControlPlane.DirectoryKey).List(10));
        Assert.Equal(["job.queued"], cluster.Stores.Kinds("job-a"));
        Assert.Null(await cluster.Job("job-b").GetStatus());
        Assert.Equal("no job job-b", await cluster.Job("job-b").Cancel("why"));
    }

    [Fact]
    public async Task Cancel_RunningJob_FreesItsWorkersBeforeItReturns()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker worker = await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Reach("job-a", JobState.Scheduling);
        await cluster.Train("job-a");
        await cluster.Reach("job-a", JobState.Running);
        Assert.Null(await cluster.Job("job-a").Cancel("by hand"));
        Assert.Equal(["worker-0"], await cluster.FreeWorkers());
        Assert.Null(await worker.Assignment());
        JobStatus status = await cluster.Status("job-a");
        Assert.Equal((JobState.Cancelled, "by hand"), (status.State, status.Reason));
        Assert.Null(await cluster.Job("job-a").Cancel("again"));
        Assert.Contains("cannot be paused", await cluster.Job("job-a").Pause("late"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PauseAndResume_RunningJob_GoesOnAsTheNextAttempt()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Reach("job-a", JobState.Scheduling);
        Assert.Contains("cannot be resumed", await cluster.Job("job-a").Resume(), StringComparison.Ordinal);
        Assert.Null(await cluster.Job("job-a").Pause("lunch"));
        Assert.Equal(["worker-0"], await cluster.FreeWorkers());
        Assert.Equal(JobState.Paused, (await cluster.Status("job-a")).State);
        Assert.Null(await cluster.Job("job-a").Resume());
        Assert.Equal(2, (await cluster.Reach("job-a", JobState.Scheduling)).Attempt);
    }

    [Fact]
    public async Task WorkerDies_AnotherIsFree_NextAttemptStartsOnIt()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker dying = await cluster.AddWorker("worker-0");
        FakeWorker other = await cluster.AddWorker("worker-1");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Reach("job-a", JobState.Scheduling);
        await cluster.Train("job-a");
        await cluster.Reach("job-a", JobState.Running);
        await cluster.Kill(dying);
        await cluster.Until("attempt 2 is assigned", other.Assignment, work => work?.Attempt == 2);
        await cluster.Train("job-a");
        Assert.Equal(2, (await cluster.Reach("job-a", JobState.Running)).Attempt);
        Assert.Contains("attempt.lost", cluster.Stores.Kinds("job-a"));
    }

    [Fact]
    public async Task WorkerFaults_NotRetryable_FailsTheJob()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker worker = await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Until("worker-0 holds an assignment", worker.Assignment, work => work is not null);
        await worker.Report(MemberPhase.Faulted, detail: "shard 3 is corrupt");
        JobStatus status = await cluster.Reach("job-a", JobState.Failed);
        Assert.Equal("worker-0 (rank 0): shard 3 is corrupt", status.Reason);
    }

    [Fact]
    public async Task ThreeJobs_TwoShareTheWorkers_TheThirdSaysWhyItWaits()
    {
        await using TestCluster cluster = await TestCluster.Start();
        for (int index = 0; index < 3; index++)
        {
            await cluster.AddWorker($"worker-{index}");
        }

        await cluster.Submit("job-a", Samples.Spec(min: 2, max: 2));
        await cluster.Reach("job-a", JobState.Scheduling);
        await cluster.Submit("job-b", Samples.Spec());
        await cluster.Reach("job-b", JobState.Scheduling);
        await cluster.Submit("job-c", Samples.Spec(min: 2, max: 2));
        JobStatus waiting = await cluster.Until("job-c has an account", () => cluster.Status("job-c"), status => status.Reason != "submitted");
        Assert.Equal(
            "place 1 of 1 in the queue; wants 2 workers; 0 of 3 matching are free; job-a holds worker-0, worker-1; job-b holds worker-2",
            waiting.Reason);
        await cluster.Train("job-a");
        await cluster.Finish("job-a");
        await cluster.Reach("job-c", JobState.Scheduling);
        Assert.Equal(JobState.Scheduling, (await cluster.Status("job-b")).State);
    }

    [Fact]
    public async Task Hints_AllLost_PollingCompletesTheJob()
    {
        await using TestCluster cluster = await TestCluster.Start();
        cluster.Calls.LosesHints = true;
        await cluster.Submit("job-a", Samples.Spec());
        FakeWorker worker = await cluster.AddWorker("worker-0");
        await cluster.Until("worker-0 holds an assignment", worker.Assignment, work => work is not null);
        await cluster.Train("job-a");
        await cluster.Reach("job-a", JobState.Running);
        await cluster.Finish("job-a");
        await cluster.Reach("job-a", JobState.Completed);
        await cluster.Until("worker-0 is free", cluster.FreeWorkers, free => free.Length == 1);
    }

    [Fact]
    public async Task Metrics_OfAnotherJob_AreRefused()
    {
        await using TestCluster cluster = await TestCluster.Start();
        var batch = new WorkerStepReports
        {
            JobId = "job-a",
            Attempt = 1,
            Generation = 1,
            WorkerId = "worker-0",
            Rank = 0,
            Steps = [],
            Metrics = new[] { new MetricPoint(1, "train/loss", 2.5) },
        };
        await cluster.Grains.GetGrain<IMetricsGrain>("job-a").Append(batch);
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Grains.GetGrain<IMetricsGrain>("job-b").Append(batch));
        Assert.Single(cluster.Stores.Batches);
    }
}
