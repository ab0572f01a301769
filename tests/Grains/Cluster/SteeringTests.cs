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
    public async Task Scale_TrainingJob_TakesInAndLetsGoInsideTheAttempt()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(min: 2, max: 2, replicas: 5), workers: 3);
        Assert.Null(await cluster.Job("job-a").Scale(3, "by hand"));
        Assert.Null(await cluster.Job("job-a").Scale(3, "again"));
        await cluster.Until("the third is invited", () => cluster.MembersOf("job-a"), members => members.Count == 3);
        FakeWorker third = (await cluster.MembersOf("job-a"))[2];
        Assert.True((await third.Assignment()) is { Joins: true, Rank: -1, Generation: 2 });
        await third.Report(MemberPhase.Prepared, -1);
        await HaltAtBoundary(cluster, step: 4);
        await cluster.Until("the third is a member", third.Assignment, work => work is { Joins: false, Rank: 2, StartStep: 4, Source: 0 });
        await cluster.Train("job-a", step: 5);
        JobStatus running = await cluster.Until("three train", () => cluster.Status("job-a"), status => status.Members.All(member => member.Step == 5) && status.Members.Count == 3);
        Assert.Equal((JobState.Running, 1, 2, 3), (running.State, running.Attempt, running.Generation, running.WantedWorkers));

        Assert.Null(await cluster.Job("job-a").Scale(1, "by hand"));
        await HaltAtBoundary(cluster, step: 7);
        await cluster.Until("one trains on", () => cluster.MembersOf("job-a"), members => members.Count == 1);
        await cluster.Train("job-a", step: 8);
        await cluster.Until("two are free", cluster.FreeWorkers, free => free.Length == 2);
        Assert.Equal((JobState.Running, 1, 3, 8), await PlaceOf(cluster));
        Assert.Equal(2, cluster.Stores.Kinds("job-a").Count(kind => kind == "job.scaled"));
    }

    [Fact]
    public async Task WorkerDies_TheOthersGoOnAndItsSuccessorJoins()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(min: 1, max: 2, replicas: 5), workers: 2);
        IReadOnlyList<FakeWorker> members = await cluster.MembersOf("job-a");
        await cluster.Kill(members[1]);
        await cluster.Until("the survivor is asked", members[0].Assignment, work => work!.Halts);
        await members[0].Report(MemberPhase.Halted, 6);
        await cluster.Until("the next generation", members[0].Assignment, work => work is { Generation: 2, StartStep: 6, Members.Count: 1 });
        await cluster.Train("job-a", step: 7);
        FakeWorker successor = await cluster.AddWorker("worker-1", incarnation: "2");
        await cluster.Until("the successor is invited", successor.Assignment, work => work is { Joins: true });
        await successor.Report(MemberPhase.Prepared, -1);
        await HaltAtBoundary(cluster, step: 9);
        await cluster.Until("the successor is a member", successor.Assignment, work => work is { Rank: 1, Generation: 3, StartStep: 9 });
        await cluster.Train("job-a", step: 10);
        await cluster.Finish("job-a");
        Assert.Equal(1, (await cluster.Reach("job-a", JobState.Completed)).Attempt);
    }

    [Fact]
    public async Task SiloRestart_WhileRegrouping_TheGenerationIsFormedAfterIt()
    {
        await using TestCluster cluster = await TestCluster.Start();
        await Train(cluster, Samples.Spec(min: 1, max: 2, replicas: 5), workers: 2);
        IReadOnlyList<FakeWorker> members = await cluster.MembersOf("job-a");
        await cluster.Kill(members[1]);
        await cluster.Until("the survivor is asked", members[0].Assignment, work => work!.Halts);
        await cluster.StopSilo();
        await cluster.StartSilo();
        FakeWorker back = await cluster.AddWorker("worker-0");
        Assert.True((await back.Assignment())!.Halts);
        await back.Report(MemberPhase.Halted, 6);
        await cluster.Until("the next generation", back.Assignment, work => work is { Generation: 2, StartStep: 6 });
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

    // Members stop together when they have heard; who is invited waits.
    private static async Task HaltAtBoundary(TestCluster cluster, int step)
    {
        var members = new List<FakeWorker>();
        foreach (FakeWorker worker in await cluster.MembersOf("job-a"))
        {
            if (await worker.Assignment() is { Joins: false })
            {
                members.Add(worker);
            }
        }

        foreach (FakeWorker member in members)
        {
            await cluster.Until("the wish arrives", member.Assignment, work => work!.Regroups);
            await member.Report(MemberPhase.Halted, step);
        }
    }

    private static async Task<(JobState, int, int, int)> PlaceOf(TestCluster cluster)
    {
        JobStatus status = await cluster.Status("job-a");
        return (status.State, status.Attempt, status.Generation, status.Step);
    }

    private static async Task<(JobState, string)> StateOf(TestCluster cluster)
    {
        JobStatus status = await cluster.Status("job-a");
        return (status.State, status.Reason);
    }
}
