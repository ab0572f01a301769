using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

public sealed class CoordinatorMachineTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    public static TheoryData<AttemptState, CoordinatorSignal> AllPairs()
    {
        var pairs = new TheoryData<AttemptState, CoordinatorSignal>();
        foreach (AttemptState state in Enum.GetValues<AttemptState>())
        {
            foreach (CoordinatorSignal signal in Enum.GetValues<CoordinatorSignal>())
            {
                pairs.Add(state, signal);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void EveryPair_FollowsTheTable(AttemptState from, CoordinatorSignal signal)
    {
        if ((from, signal) is (AttemptState.Training or AttemptState.Yielding, CoordinatorSignal.YieldPostponed)
            or (AttemptState.Regrouping, CoordinatorSignal.YieldAsked))
        {
            // The wish is one or the other by the state that it meets.
            return;
        }

        AttemptLife life = LifeIn(from, signal);
        CoordinatorDecision decision = signal switch
        {
            CoordinatorSignal.Started => Start(life, life.Attempt + 1),
            CoordinatorSignal.YieldAsked or CoordinatorSignal.YieldPostponed => CoordinatorMachine.Yield(life, life.Attempt, "because", Now),
            CoordinatorSignal.AllYielding => Report(life with { YieldAskedAt = Now }, 1, MemberPhase.Training),
            CoordinatorSignal.RegroupAsked => CoordinatorMachine.Offer(life, life.Attempt, 1, Samples.Offers(2), Now),
            CoordinatorSignal.StatusOverdue => CoordinatorMachine.Tick(life with { RegroupAskedAt = Now }, Now + TimeSpan.FromSeconds(6)),
            CoordinatorSignal.Formed => CoordinatorMachine.Form(life, [4, 5, 6], Now),
            CoordinatorSignal.NoneLeft => CoordinatorMachine.Lose(life, "worker-1", "worker-1-1", "because", Now),
            CoordinatorSignal.CheckpointDamaged => CoordinatorMachine.Report(
                life, ReportOf(life, 0, MemberPhase.Faulted) with { Retryable = true, DamagedCheckpoint = "one" }, Now),
            CoordinatorSignal.AllYielded => Report(life, 1, MemberPhase.Yielded),
            CoordinatorSignal.YieldOverdue => CoordinatorMachine.Tick(
                life with { YieldAskedAt = Now }, Now + CoordinatorMachine.YieldLimit + TimeSpan.FromTicks(1)),
            CoordinatorSignal.StopAsked => CoordinatorMachine.Stop(life, life.Attempt, "because", Now),
            CoordinatorSignal.StoppedAhead => CoordinatorMachine.Stop(life, life.Attempt + 1, "because", Now),
            CoordinatorSignal.MemberLost => CoordinatorMachine.Lose(life, "worker-0", "worker-0-1", "because", Now),
            CoordinatorSignal.MemberFailed => Report(life, 0, MemberPhase.Faulted),
            CoordinatorSignal.ReportContradicted => CoordinatorMachine.Contradicted(life, "because", Now),
            CoordinatorSignal.Agreed => Report(life, 1, MemberPhase.Done, result: Samples.Result()),
            CoordinatorSignal.Disagreed => Report(life, 1, MemberPhase.Done, result: Samples.Result(weights: "other")),
            _ => Report(life, 1, signal == CoordinatorSignal.Progressed && from == AttemptState.Forming ? MemberPhase.Connecting : MemberPhase.Training),
        };
        var row = CoordinatorMachine.Table.Find(from, signal);

        // What makes the last member train only progresses when all train already.
        AttemptState expected = row?.To ?? from;
        Assert.Equal(expected, decision.Life.State);
        bool isTold = expected != from || (row is not null && signal is CoordinatorSignal.Started or CoordinatorSignal.StoppedAhead
            or CoordinatorSignal.MemberLost or CoordinatorSignal.StatusOverdue or CoordinatorSignal.YieldPostponed)

            // Too late to fail anything, and not to be told of.
            || (row is null && signal == CoordinatorSignal.ReportContradicted);
        Assert.Equal(isTold ? 1 : 0, decision.Life.Outbox.Count);
        Assert.True(decision.IsChange || expected == from);
        if (life.IsActive && !decision.Life.IsActive)
        {
            Assert.Equal(2, decision.Life.Withdrawals.Count(owed => owed.Generation == Withdrawal.WholeAttempt));
        }
    }

    [Fact]
    public void Yield_TrainingAttempt_IsAnnouncedAndEndsWhenAllHaveStopped()
    {
        AttemptLife life = LifeIn(AttemptState.Training, CoordinatorSignal.Progressed);
        CoordinatorDecision asked = CoordinatorMachine.Yield(life, 1, "paused by hand", Now);
        Assert.Equal((AttemptState.Yielding, true, true), (asked.Life.State, asked.IsChange, asked.Announces));
        CoordinatorDecision again = CoordinatorMachine.Yield(asked.Life, 1, "paused by hand", Now.AddSeconds(50));
        Assert.Same(asked.Life, again.Life);
        life = Report(asked.Life, 1, MemberPhase.Yielded).Life;
        Assert.Equal(AttemptState.Yielding, life.State);
        life = CoordinatorMachine.Report(
            life, ReportOf(life, 0, MemberPhase.Yielded) with { Checkpoints = [Samples.Written(3)] }, Now).Life;
        Assert.Equal(AttemptState.Yielded, life.State);
        Assert.Equal("2 members stopped after step 3; job-a/attempt-1/step-000000003 holds step 3", life.Reason);
        Assert.Equal(2, life.Withdrawals.Count);
        AttemptLife next = Start(life, 2).Life;
        Assert.Equal((3, "job-a/attempt-1/step-000000003", 3, null), (next.StartStep, next.ResumesFrom!.Reference, next.Members[0].Step, next.YieldAskedAt));
        Assert.EndsWith("goes on after step 3 from job-a/attempt-1/step-000000003", next.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Yield_NotInTime_StopsWithoutACheckpointAndSaysSo()
    {
        AttemptLife life = CoordinatorMachine.Yield(LifeIn(AttemptState.Training, CoordinatorSignal.Progressed), 1, "because", Now).Life;
        Assert.Same(life, CoordinatorMachine.Tick(life, Now + CoordinatorMachine.YieldLimit).Life);
        CoordinatorDecision overdue = CoordinatorMachine.Tick(life, Now + CoordinatorMachine.YieldLimit + TimeSpan.FromTicks(1));
        Assert.Equal((AttemptState.Stopped, true), (overdue.Life.State, overdue.Hints));
        Assert.Equal("the members did not reach a step boundary within 60 s: stopped without a checkpoint", overdue.Life.Reason);
        Assert.Equal(2, overdue.Life.Withdrawals.Count);
    }

    [Fact]
    public void Yield_BeforeTheAttemptWasStarted_StartNeverHappens() =>
        Assert.Equal(AttemptState.Stopped, Start(CoordinatorMachine.Yield(new AttemptLife(), 1, "scaled", Now).Life, 1).Life.State);

    [Fact]
    public void Lose_MemberThatHasYielded_IsNoLoss()
    {
        AttemptLife life = CoordinatorMachine.Yield(LifeIn(AttemptState.Training, CoordinatorSignal.Progressed), 1, "because", Now).Life;
        life = Report(life, 0, MemberPhase.Yielded).Life;
        CoordinatorDecision left = CoordinatorMachine.Lose(life, "worker-0", "worker-0-1", "left", Now);
        Assert.Equal((AttemptState.Yielding, true), (left.Life.State, left.Life.Members[0].IsGone));
        Assert.Equal(AttemptState.Regrouping, CoordinatorMachine.Lose(life, "worker-1", "worker-1-1", "left", Now).Life.State);
    }

    [Fact]
    public void Report_LastMemberIsDone_TrimsWhatWasLeftHalfWritten()
    {
        AttemptLife life = LifeIn(AttemptState.Training, CoordinatorSignal.Progressed);
        CoordinatorDecision first = Report(life, 0, MemberPhase.Done, result: Samples.Result());
        CoordinatorDecision last = Report(first.Life, 1, MemberPhase.Done, result: Samples.Result());
        Assert.Equal((false, true), (first.Trims, last.Trims));
        Assert.Equal(AttemptState.Succeeded, last.Life.State);
    }

    [Fact]
    public void Start_SameAttemptAgain_AnnouncesAndChangesNothing()
    {
        AttemptLife life = Start(new AttemptLife(), 1).Life;
        CoordinatorDecision again = Start(life, 1);
        Assert.Same(life, again.Life);
        Assert.True(again.Announces);
        Assert.False(again.IsChange);
        Assert.False(Start(CoordinatorMachine.Stop(life, 1, "because", Now).Life, 1).Announces);
    }

    [Fact]
    public void Start_LaterAttemptWhileOneIsActive_WithdrawsTheOldWork()
    {
        AttemptLife life = Start(Start(new AttemptLife(), 1).Life, 2).Life;
        Assert.Equal(2, life.Attempt);
        Assert.Equal([new Withdrawal("worker-0", "worker-0-1", 1), new Withdrawal("worker-1", "worker-1-1", 1)], life.Withdrawals);
        Assert.Empty(CoordinatorMachine.Withdrawn(CoordinatorMachine.Withdrawn(life, life.Withdrawals[0]), life.Withdrawals[1]).Withdrawals);
    }

    [Fact]
    public void Stop_BeforeStart_StartNeverHappens()
    {
        AttemptLife stopped = CoordinatorMachine.Stop(new AttemptLife(), 1, "cancelled", Now).Life;
        Assert.Equal(AttemptState.Stopped, Start(stopped, 1).Life.State);
        Assert.Equal(AttemptState.Forming, Start(stopped, 2).Life.State);
    }

    [Fact]
    public void Report_OfAnotherGenerationOrIncarnation_IsStray()
    {
        AttemptLife life = Start(Start(new AttemptLife(), 1).Life, 2).Life;
        MemberReport report = ReportOf(life, 0, MemberPhase.Training);
        Assert.False(CoordinatorMachine.IsStray(life, report));
        Assert.True(CoordinatorMachine.IsStray(life, report with { Attempt = 1 }));
        Assert.True(CoordinatorMachine.IsStray(life, report with { Generation = 3 }));
        Assert.True(CoordinatorMachine.IsStray(life, report with { Incarnation = "worker-0-2" }));
        Assert.True(CoordinatorMachine.IsStray(life, report with { WorkerId = "worker-9" }));
        Assert.Same(life, CoordinatorMachine.Report(life, report with { Attempt = 1, Phase = MemberPhase.Faulted }, Now).Life);
    }

    [Fact]
    public void Report_UnequalHashes_FailsAndNamesRanksAndHashes()
    {
        AttemptLife life = LifeIn(AttemptState.Training, CoordinatorSignal.Disagreed);
        AttemptLife failed = Report(life, 1, MemberPhase.Done, result: Samples.Result(state: "cc")).Life;
        Assert.Equal(
            "the members' results differ: rank 0: weights aa, state bb; rank 1: weights aa, state cc", failed.Reason);
    }

    [Fact]
    public void Report_DoneWithoutResult_Fails() =>
        Assert.Equal(AttemptState.Failed, Report(Start(new AttemptLife(), 1).Life, 0, MemberPhase.Done).Life.State);

    [Fact]
    public void Report_Done_IsStoredAndNotTakenBack()
    {
        CoordinatorDecision done = Report(Start(new AttemptLife(), 1).Life, 0, MemberPhase.Done, result: Samples.Result());
        Assert.True(done.IsChange);
        AttemptLife late = Report(done.Life, 0, MemberPhase.Saving).Life;
        Assert.Equal(MemberPhase.Done, late.Members[0].Phase);
        Assert.Equal(AttemptState.Forming, CoordinatorMachine.Lose(late, "worker-0", "worker-0-1", "left", Now).Life.State);
    }

    [Fact]
    public void Answered_AbsentForLongerThanTheLimit_IsLost()
    {
        AttemptLife life = Start(new AttemptLife(), 1).Life;
        life = Answer(life, AssignmentReply.Absent, Now).Life;
        life = Answer(life, AssignmentReply.Accepted, Now.AddSeconds(20)).Life;
        life = Answer(life, AssignmentReply.Absent, Now.AddSeconds(40)).Life;
        life = Answer(life, AssignmentReply.Absent, Now.AddSeconds(40) + CoordinatorMachine.ReattachLimit).Life;
        Assert.Equal(AttemptState.Forming, life.State);
        life = Answer(life, AssignmentReply.Absent, Now.AddSeconds(41) + CoordinatorMachine.ReattachLimit).Life;
        Assert.Equal(AttemptState.Regrouping, life.State);
        Assert.Equal("lost worker-0 (rank 0): not connected for 30 s", life.Reason);
    }

    [Theory]
    [InlineData(AssignmentReply.Replaced, AttemptState.Regrouping)]
    [InlineData(AssignmentReply.Outdated, AttemptState.Regrouping)]
    [InlineData(AssignmentReply.Busy, AttemptState.Forming)]
    [InlineData(AssignmentReply.Accepted, AttemptState.Forming)]
    public void Answered_OtherReplies_AreLossOrNothing(AssignmentReply reply, AttemptState expected) =>
        Assert.Equal(expected, Answer(Start(new AttemptLife(), 1).Life, reply, Now).Life.State);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomSequences_KeepTheInvariants(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 200; run++)
        {
            var life = new AttemptLife();
            DateTimeOffset now = Now;
            for (int step = 0; step < 40; step++)
            {
                now += TimeSpan.FromSeconds(random.Next(20));
                CoordinatorDecision decision = RandomStep(random, life, now);
                AttemptLife next = decision.Life;
                string where = $"seed {seed}, run {run}, step {step}: {life.State} to {next.State}";
                Assert.True(next.Attempt >= life.Attempt, where);
                Assert.True(decision.IsChange || (next.State == life.State && next.Attempt == life.Attempt), where);
                Assert.True(next.State == life.State || next.Attempt > life.Attempt || life.IsActive, where + ": a final state was left");
                Assert.True((next.State == AttemptState.Succeeded) == (next.Result is not null), where);
                Assert.True(next.State is AttemptState.None or AttemptState.Stopped || next.Members.Sum(member => member.ReplicaCount) == 3, where);
                Assert.True(!life.IsActive || (next.IsActive && next.Attempt == life.Attempt)
                    || life.Members.All(member => next.Withdrawals.Contains(new Withdrawal(member.Worker.WorkerId, member.Worker.Incarnation, life.Attempt))), where);
                Assert.True(next.Attempt > life.Attempt || next.Generation >= life.Generation, where + ": a generation came back");
                Assert.True(next.Attempt > life.Attempt || next.StartStep >= life.StartStep, where + ": steps were rolled back");
                Assert.True(next.Generation == life.Generation || decision is { IsChange: true, Announces: true } || !next.IsActive, where);
                Assert.True(!decision.Forms || next.State == AttemptState.Regrouping, where);
                Assert.Equal(next.EventCount, next.Outbox.Count);
                life = next;
            }
        }
    }

    private static CoordinatorDecision RandomStep(Random random, AttemptLife life, DateTimeOffset now)
    {
        int rank = random.Next(2);
        MemberPhase phase = (MemberPhase)random.Next(Enum.GetValues<MemberPhase>().Length);
        return random.Next(12) switch
        {
            0 => Start(life, life.Attempt + random.Next(2)),
            1 when random.Next(4) == 0 => CoordinatorMachine.Stop(life, life.Attempt + random.Next(2), "because", now),
            2 when random.Next(4) == 0 => CoordinatorMachine.Lose(life, $"worker-{rank}", $"worker-{rank}-1", "because", now),
            3 => Answer(life, (AssignmentReply)random.Next(Enum.GetValues<AssignmentReply>().Length), now),
            4 when random.Next(3) == 0 => CoordinatorMachine.Yield(life, life.Attempt + random.Next(2), "because", now),
            5 when random.Next(3) == 0 => CoordinatorMachine.Tick(life, now),
            6 => CoordinatorMachine.Form(life, [7], now),
            7 => CoordinatorMachine.Offer(life, life.Attempt, 1 + random.Next(3), Samples.Offers(3), now),
            8 when life.Invited.Count > 0 => CoordinatorMachine.Report(
                life, ReportOf(life, 2, MemberPhase.Prepared) with { Generation = life.Generation + 1, Step = -1 }, now),
            _ when life.Members.Count > 0 && phase != MemberPhase.Faulted => Report(
                life, rank, phase, result: phase == MemberPhase.Done ? Samples.Result(weights: random.Next(5) == 0 ? "zz" : "aa") : null),
            _ => Start(life, life.Attempt),
        };
    }

    // Two members; the first is where the signal needs it, so that the second one's report is the signal.
    private static AttemptLife LifeIn(AttemptState state, CoordinatorSignal signal)
    {
        if (state == AttemptState.None)
        {
            return new AttemptLife();
        }

        AttemptLife life = Start(new AttemptLife(), 1).Life;
        if (signal == CoordinatorSignal.AllYielded)
        {
            life = life with { YieldAskedAt = Now };
            life = life with { Members = life.Members.Select(member => member.Rank == 0 ? member with { Phase = MemberPhase.Yielded } : member).ToArray() };
            return life with { State = state, Outbox = [] };
        }

        if (state == AttemptState.Regrouping)
        {
            life = life with { RegroupAskedAt = Now };
        }

        if (signal is CoordinatorSignal.NoneLeft)
        {
            life = life with { Members = life.Members.Select(member => member with { IsGone = member.Rank == 0 }).ToArray() };
            return life with { State = state, Outbox = [] };
        }

        if (signal == CoordinatorSignal.Formed)
        {
            life = life with { Members = life.Members.Select(member => member with { Phase = MemberPhase.Halted }).ToArray() };
            return life with { State = state, Outbox = [] };
        }

        if (signal == CoordinatorSignal.StatusOverdue)
        {
            life = life with { Members = life.Members.Select(member => member.Rank == 0 ? member with { Phase = MemberPhase.Halted } : member).ToArray() };
            return life with { State = state, Outbox = [] };
        }

        if (signal == CoordinatorSignal.YieldPostponed)
        {
            return life with { State = state, Outbox = [], Generation = 2 };
        }

        bool firstIsDone = signal is CoordinatorSignal.Agreed or CoordinatorSignal.Disagreed;
        return life with
        {
            State = state,
            Outbox = [],
            Members = life.Members.Select(member => member with
            {
                Phase = member.Rank == 0 && firstIsDone ? MemberPhase.Done
                    : signal is CoordinatorSignal.AllTraining or CoordinatorSignal.AllYielding ? MemberPhase.Training
                    : MemberPhase.Preparing,
                Result = member.Rank == 0 && firstIsDone ? Samples.Result() : null,
            }).ToArray(),
        };
    }

    private static CoordinatorDecision Start(AttemptLife life, int attempt) => CoordinatorMachine.Start(
        life, Samples.Spec(min: 1, max: 3), attempt, Samples.Offers(2), [1, 2, 3], Now);

    private static CoordinatorDecision Answer(AttemptLife life, AssignmentReply reply, DateTimeOffset now) =>
        CoordinatorMachine.Answered(life, "worker-0", "worker-0-1", reply, now);

    private static CoordinatorDecision Report(
        AttemptLife life, int rank, MemberPhase phase, bool retryable = false, JobResult? result = null) =>
        CoordinatorMachine.Report(life, ReportOf(life, rank, phase) with { Retryable = retryable, Result = result }, Now);

    private static MemberReport ReportOf(AttemptLife life, int rank, MemberPhase phase) => Samples.Report(life, rank, phase, step: 3, "because");
}
