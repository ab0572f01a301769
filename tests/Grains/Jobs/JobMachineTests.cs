using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Grains.Tests.Jobs;

public sealed class JobMachineTests
{
    private static readonly JobLife Submitted = JobMachine.Submit("job-a", Samples.Spec(min: 1, max: 3), Samples.Noon);

    public static TheoryData<JobState, JobSignal> AllPairs()
    {
        var pairs = new TheoryData<JobState, JobSignal>();
        foreach (JobState state in Enum.GetValues<JobState>())
        {
            foreach (JobSignal signal in Enum.GetValues<JobSignal>())
            {
                pairs.Add(state, signal);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void Decide_EveryPair_FollowsTheTable(JobState state, JobSignal signal)
    {
        JobLife life = Submitted with { State = state, Outbox = [] };
        JobDecision decision = JobMachine.Decide(life, InputOf(signal, life, step: 3), Samples.Noon);
        if (JobMachine.Table.Find(state, signal) is not { } row)
        {
            Assert.Same(life, decision.Life);
            Assert.False(decision.IsChange);
            Assert.Equal(JobEffect.None, decision.Effect);
            return;
        }

        Assert.Equal(row.To, decision.Life.State);
        bool isNewState = row.To != state;
        Assert.Equal(isNewState || signal == JobSignal.ScaleAsked ? 1 : 0, decision.Life.Outbox.Count);
        Assert.True(decision.IsChange || !isNewState);
        Assert.Equal(isNewState && decision.Life.IsFinished, decision.Life.FinishedAt is not null);
        if (isNewState)
        {
            Assert.Equal($"job.{row.To.ToString().ToLowerInvariant()}", decision.Life.Outbox[0].Kind);
            Assert.Equal("because", decision.Life.Reason);
            Assert.Equal(row.Does.Contains("frees the workers", StringComparison.Ordinal), decision.Effect == JobEffect.FreeWorkers);
        }
    }

    [Fact]
    public void Table_FinalStates_AreNeverLeft() => Assert.All(
        JobMachine.Table.Rows.Where(row => row.From is JobState.Completed or JobState.Failed or JobState.Cancelled),
        row => Assert.Equal(row.From, row.To));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Decide_RandomSequences_KeepTheInvariants(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 300; run++)
        {
            JobLife life = Submitted;
            for (int step = 0; step < 40; step++)
            {
                JobSignal signal = (JobSignal)random.Next(Enum.GetValues<JobSignal>().Length);
                JobDecision decision = JobMachine.Decide(life, InputOf(signal, life, random.Next(50)), Samples.Noon.AddSeconds(step));
                string where = $"seed {seed}, run {run}, step {step}: {life.State} by {signal}";
                Assert.True(decision.Life.Attempt >= life.Attempt, where);
                Assert.True(decision.Life.BestStep >= life.BestStep, where);
                Assert.True(!life.IsFinished || decision.Life.State == life.State, where);
                Assert.True(decision.Life.HoldsWorkers || decision.Life.IsFinished || decision.Life.State == JobState.Paused, where);
                Assert.True(decision.Life.State != JobState.Completed || decision.Life.Result is not null, where);
                Assert.Equal(decision.Life.EventCount, decision.Life.Outbox.Count);
                Assert.Equal(decision.Life.Outbox.Count, decision.Life.Outbox.Select(draft => draft.Key).Distinct().Count());
                Assert.True(decision.Life.IsSettled == (JobMachine.PollPeriod(decision.Life) == Timeout.InfiniteTimeSpan)
                    || decision.Life.State == JobState.Paused, where);
                life = decision.Life;
            }
        }
    }

    [Fact]
    public void Decide_TenAttemptsWithoutProgress_FailsTheJob()
    {
        JobLife life = Submitted;
        int lost = 0;
        while (!life.IsFinished)
        {
            life = JobMachine.Decide(life with { State = JobState.Running }, LostAt(life, step: 0), Samples.Noon).Life;
            lost++;
        }

        Assert.Equal(JobState.Failed, life.State);
        Assert.Equal(JobInput.FruitlessAttemptsLimit, lost);
        Assert.Contains("10 attempts came no further than step 0", life.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AttemptThatCameFurther_StartsTheCountAgain()
    {
        JobLife life = Submitted;
        for (int attempt = 1; attempt <= 3 * JobInput.FruitlessAttemptsLimit; attempt++)
        {
            life = JobMachine.Decide(life with { State = JobState.Running }, LostAt(life, step: attempt / 5), Samples.Noon).Life;
        }

        Assert.Equal(JobState.Queued, life.State);
        Assert.Equal(3 * JobInput.FruitlessAttemptsLimit / 5, life.BestStep);
    }

    [Theory]
    [InlineData(2, 6, 4, 2, 4)]
    [InlineData(5, 6, 4, 4, 4)]
    [InlineData(2, 6, 0, 2, 6)]
    public void Demand_OfMoreWorkersThanReplicas_AsksForReplicas(int min, int max, int replicas, int wantedMin, int wantedMax)
    {
        WorkerDemand demand = JobMachine.Demand(Submitted with { Spec = Samples.Spec(min, max, replicas) });
        Assert.Equal((wantedMin, wantedMax), (demand.Min, demand.Max));
    }

    [Fact]
    public void Input_CoordinatorForgotARunningAttempt_IsALostAttempt()
    {
        JobLife life = Submitted with { State = JobState.Running, Attempt = 2 };
        CoordinatorStatus older = Status(life, AttemptState.Lost, step: 9) with { Attempt = 1 };
        Assert.Equal(JobSignal.AttemptLost, JobInput.Of(older, life).Signal);
        Assert.Equal(JobSignal.AttemptUnknown, JobInput.Of(older, life with { State = JobState.Scheduling }).Signal);
    }

    [Fact]
    public void Input_CoordinatorIsAhead_NextAttemptIsAfterItsOne()
    {
        JobLife life = Submitted with { State = JobState.Scheduling };
        JobInput input = JobInput.Of(Status(life, AttemptState.Training, step: 0) with { Attempt = 5 }, life);
        Assert.Equal(6, JobMachine.Decide(life, input, Samples.Noon).Life.Attempt);
    }

    [Theory]
    [InlineData(JobSignal.AttemptYielded, JobState.Paused, 7, 1)]
    [InlineData(JobSignal.AttemptLost, JobState.Paused, 7, 1)]
    public void Decide_PausingJobsAttemptEnds_RestsAtItsCheckpoint(JobSignal signal, JobState expected, int step, int attempt)
    {
        JobLife life = Submitted with { State = JobState.Pausing };
        CoordinatorStatus status = Status(life, signal == JobSignal.AttemptYielded ? AttemptState.Yielded : AttemptState.Stopped, step: 9) with { CheckpointStep = 7 };
        JobInput input = JobInput.Of(status, life);
        Assert.Equal(signal, input.Signal);
        JobLife next = JobMachine.Decide(life, input, Samples.Noon).Life;
        Assert.Equal((expected, step, attempt, 9), (next.State, next.Step, next.Attempt, next.BestStep));
        JobLife resumed = JobMachine.Decide(next, JobInput.Plain(JobSignal.ResumeAsked), Samples.Noon).Life;
        Assert.Equal((2, 7, 0), (resumed.Attempt, resumed.Step, resumed.FruitlessAttempts));
    }

    [Fact]
    public void Decide_ScaledWhileItRuns_BalancesItsWorkersAndRunsOn()
    {
        JobLife life = Submitted with { State = JobState.Running, Members = [] };
        JobDecision asked = JobMachine.Decide(life, JobInput.Scale(2, "because"), Samples.Noon);
        Assert.Equal((JobState.Running, JobEffect.BalanceWorkers, true), (asked.Life.State, asked.Effect, asked.IsChange));
        Assert.Equal("job.scaled", asked.Life.Outbox[^1].Kind);
        WorkerDemand demand = JobMachine.Demand(asked.Life);
        Assert.Equal((1, 2, 1), (demand.Min, demand.Max, demand.Attempt));
        Assert.Equal(JobSignal.AttemptForming, JobInput.Of(Status(asked.Life, AttemptState.Regrouping, step: 5), asked.Life).Signal);
    }

    [Fact]
    public void Decide_ScaledWhileItWaits_KeepsItsReasonAndTellsAnEvent()
    {
        JobLife life = Submitted with { Reason = "place 1 of 1", Outbox = [], Spec = Samples.Spec(min: 3, max: 3, replicas: 5) };
        JobDecision scaled = JobMachine.Decide(life, JobInput.Scale(2, "wants up to 2 workers"), Samples.Noon);
        Assert.Equal(("place 1 of 1", JobEffect.AskScheduler, true), (scaled.Life.Reason, scaled.Effect, scaled.IsChange));
        Assert.Equal(("job.scaled", "wants up to 2 workers"), (scaled.Life.Outbox[0].Kind, scaled.Life.Outbox[0].Message));

        // A person's wish may be below the file's least.
        Assert.Equal((2, 2), (JobMachine.Demand(scaled.Life).Min, JobMachine.Demand(scaled.Life).Max));
        Assert.True(JobMachine.IsScaled(scaled.Life, 2));
    }

    [Fact]
    public void Input_YieldedWithoutHavingBeenAsked_IsALostAttempt()
    {
        JobLife life = Submitted with { State = JobState.Running };
        Assert.Equal(JobSignal.AttemptLost, JobInput.Of(Status(life, AttemptState.Yielded, step: 5), life).Signal);
    }

    [Fact]
    public void Decide_LostAttempt_BeginsAgainAtItsCheckpoint()
    {
        JobLife life = Submitted with { State = JobState.Running };
        JobLife next = JobMachine.Decide(life, JobInput.Of(Status(life, AttemptState.Lost, step: 9) with { CheckpointStep = 8 }, life), Samples.Noon).Life;
        Assert.Equal((JobState.Queued, 8, 9, 2), (next.State, next.Step, next.BestStep, next.Attempt));
    }

    private static JobInput LostAt(JobLife life, int step) => JobInput.Of(Status(life, AttemptState.Lost, step), life);

    private static CoordinatorStatus Status(JobLife life, AttemptState state, int step) =>
        new(life.Attempt, 1, state, "because", step, [], state == AttemptState.Succeeded ? Samples.Result() : null);

    private static JobInput InputOf(JobSignal signal, JobLife life, int step) => signal switch
    {
        JobSignal.Reserved => new JobInput(signal, "because", Samples.Offers(2), null),
        >= JobSignal.AttemptForming and <= JobSignal.AttemptFailed =>
            new JobInput(signal, "because", [], Status(life, signal == JobSignal.AttemptSucceeded ? AttemptState.Succeeded : AttemptState.Training, step)),
        JobSignal.ScaleAsked => JobInput.Scale(2, "because"),
        _ => JobInput.Plain(signal, "because"),
    };
}
