using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>Pausing, resuming and scaling a job that trains.</summary>
public sealed class SteeringTests
{
    [Fact]
    public async Task Pause_TrainingJob_WaitsForTheMembersAndGoesOnFromTheirCheckpoint()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(min: 2, max: 2, replicas: 5), workers: 2);
        Assert.Null(await cluster.Job("job-a").Pause("lunch"));
        Assert.Equal((JobState.Pausing, "lunch"), await StateOf(cluster));
        IReadOnlyList<FakeWorker> members = await cluster.MembersOf("job-a");
        foreach (FakeWorker member in members)
        {
            await cluster.Until("the wish arrives", member.Assignment, work => work!.Yields);
            Assert.Equal((await member.Assignment())!.Version, await member.Heartbeat());
        }

        await Yield(members, step: 9);
        JobStatus paused = await cluster.Reach("job-a", JobState.Paused);
        Assert.Equal((9, 9, 1), (paused.Step, paused.CheckpointStep, paused.Attempt));
        await cluster.Until("both are free", cluster.FreeWorkers, free => free.Length == 2);
        Assert.Equal(1, cluster.Stores.Trims[^1].Attempt);
        Assert.Equal(["job-a/attempt-1/step-000000009"], cluster.Stores.Trims[^1].Kept);

        Assert.Null(await cluster.Job("job-a").Resume());
        await cluster.Reach("job-a", JobState.Scheduling);
        Assignment again = (await cluster.Until("attempt 2 is assigned", members[1].Assignment, work => work is not null))!;
        Assert.Equal(
            (2, 9, "job-a/attempt-1/step-000000009", "state 9", false),
            (again.Attempt, again.StartStep, again.ResumeFrom, again.ResumeStateSha256, again.Yields));
    }

    [Fact]
    public async Task Pause_MembersDoNotYield_IsPausedWithoutACheckpointAfterTheLimit()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(), workers: 1);
        Assert.Null(await cluster.Job("job-a").Pause("lunch"));
        DateTimeOffset asked = cluster.Time.GetUtcNow();
        JobStatus paused = await cluster.Reach("job-a", JobState.Paused);
        Assert.InRange(cluster.Time.GetUtcNow() - asked, CoordinatorMachine.YieldLimit, CoordinatorMachine.YieldLimit + TimeSpan.FromSeconds(15));
        Assert.Contains("stopped without a checkpoint", paused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, paused.Step);
        await cluster.Until("it is free", cluster.FreeWorkers, free => free.Length == 1);
    }

    [Fact]
    public async Task Pause_SiloRestartsWhileItYields_TheWishIsNotLost()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(), workers: 1);
        Assert.Null(await cluster.Job("job-a").Pause("lunch"));
        await cluster.StopSilo();
        await cluster.StartSilo();
        FakeWorker back = await cluster.AddWorker("worker-0");
        Assert.True((await back.Assignment())!.Yields);
        await Yield([back], step: 12);
        Assert.Equal(12, (await cluster.Reach("job-a", JobState.Paused)).Step);
        Assert.Single(await cluster.Grains.GetGrain<IReductionCoordinatorGrain>("job-a").GetCheckpoints());
    }

    [Fact]
    public async Task Scale_TrainingJob_GoesOnWithThatManyAsTheNextAttempt()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(min: 2, max: 2, replicas: 5), workers: 3);
        Assert.Null(await cluster.Job("job-a").Scale(3, "by hand"));
        Assert.Null(await cluster.Job("job-a").Scale(3, "again"));
        Assert.Equal((JobState.Scaling, "wants up to 3 workers: by hand"), await StateOf(cluster));
        await Yield(await cluster.MembersOf("job-a"), step: 4);
        await cluster.Until("three hold attempt 2", () => cluster.MembersOf("job-a"), members => members.Count == 3);
        await cluster.Train("job-a", step: 5);
        JobStatus running = await cluster.Reach("job-a", JobState.Running);
        Assert.Equal((2, 3, 3), (running.Attempt, running.Members.Count, running.WantedWorkers));
        Assert.Equal(1, cluster.Stores.Kinds("job-a").Count(kind => kind == "job.scaling"));
    }

    [Fact]
    public async Task Scale_WaitingJob_ChangesItsDemand()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec(min: 3, max: 3, replicas: 3));
        await cluster.Until("it waits", () => cluster.Status("job-a"), status => status.Reason.Contains("wants 3", StringComparison.Ordinal));
        Assert.Null(await cluster.Job("job-a").Scale(1, "by hand"));
        Assert.Equal(1, (await cluster.Reach("job-a", JobState.Scheduling)).Attempt);
        Assert.Contains("job.scaled", cluster.Stores.Kinds("job-a"));
    }

    [Fact]
    public async Task Scale_OutOfBoundsOrTooLate_IsRefused()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await cluster.Submit("job-a", Samples.Spec(max: 2, replicas: 5));
        Assert.Contains("must be 1 to 5", await cluster.Job("job-a").Scale(6, "why"), StringComparison.Ordinal);
        Assert.Contains("must be 1 to 5", await cluster.Job("job-a").Scale(0, "why"), StringComparison.Ordinal);
        Assert.Equal("no job job-b", await cluster.Job("job-b").Scale(1, "why"));
        Assert.Null(await cluster.Job("job-a").Cancel("by hand"));
        Assert.Contains("is cancelled: it cannot be scaled", await cluster.Job("job-a").Scale(2, "why"), StringComparison.Ordinal);
    }

    private static async Task Train(TestCluster cluster, JobSpec spec, int workers)
    {
        for (int index = 0; index < workers; index++)
        {
            await cluster.AddWorker($"worker-{index}");
        }

        await cluster.Submit("job-a", spec);
        await cluster.Reach("job-a", JobState.Scheduling);
        await cluster.Until("the members are told", () => cluster.MembersOf("job-a"), members => members.Count == spec.Workers.Max);
        await cluster.Train("job-a");
        await cluster.Reach("job-a", JobState.Running);
    }

    private static async Task Yield(IReadOnlyList<FakeWorker> members, int step)
    {
        foreach (FakeWorker member in members)
        {
            Assignment held = (await member.Assignment())!;
            await member.Report(MemberPhase.Yielded, step, checkpoint: held.Rank == 0 ? Samples.Written(step, held.Attempt) : null);
        }
    }

    private static async Task<(JobState, string)> StateOf(TestCluster cluster)
    {
        JobStatus status = await cluster.Status("job-a");
        return (status.State, status.Reason);
    }
}
