using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>How one generation of an attempt follows another.</summary>
public sealed class GenerationTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Lose_OneOfThree_TheOthersHaltAndGoOnFromTheFurthestStep()
    {
        CoordinatorDecision lost = Lose(Training(3, step: 9), 1);
        Assert.Equal((AttemptState.Regrouping, true, true, false), (lost.Life.State, lost.IsChange, lost.Announces, lost.Forms));
        Assert.Equal("lost worker-1 (rank 1): killed", lost.Life.Reason);
        Assert.Equal([new Withdrawal("worker-1", "worker-1-1", 1, 1)], lost.Life.Withdrawals);
        AttemptLife life = Halted(lost.Life, 0, step: 9).Life;
        CoordinatorDecision last = Halted(life, 2, step: 10);
        Assert.True(last.Forms);
        CoordinatorDecision formed = CoordinatorMachine.Form(last.Life, [9], Now);
        life = formed.Life;
        Assert.Equal((AttemptState.Forming, 2, 10, 1, true), (life.State, life.Generation, life.StartStep, life.Source, formed.Announces));
        Assert.Equal(["worker-0", "worker-2"], life.Members.Select(member => member.Worker.WorkerId));
        Assert.Equal([(0, 0, 2, 9), (1, 2, 3, 10)], life.Members.Select(member => (member.Rank, member.FirstReplica, member.ReplicaCount, member.Step)));
        Assert.Equal(
            "generation 2 goes on after step 10 on worker-0 (replicas 0 to 1), worker-2 (replicas 2 to 4); worker-0 gets the state of worker-2", life.Reason);
        Assert.Equal([(1, 1, 0, "worker-0"), (1, 2, 10, "worker-2")], life.Lineage.Select(one => (one.Attempt, one.Generation, one.StartStep, one.SourceWorker)));
        Assert.Equal([["worker-0", "worker-1", "worker-2"], ["worker-0", "worker-2"]], life.Lineage.Select(one => one.Workers));
        life = Report(Report(life, 0, MemberPhase.Training, 11).Life, 1, MemberPhase.Training, 11, worker: 2).Life;
        Assert.Equal((AttemptState.Training, null), (life.State, life.RegroupAskedAt));
    }

    [Fact]
    public void Report_PeerLost_HaltsTheOthersAndTheAccusedMustAnswerOrIsOut()
    {
        AttemptLife life = Halted(Training(3, step: 9), 0, step: 9, lost: 2).Life;
        Assert.Equal("worker-0 (rank 0) has left the group after step 9: it lost worker-2: link", life.Reason);
        life = Halted(life, 1, step: 9, lost: 2).Life;
        Assert.False(CoordinatorMachine.Form(life, [9], Now).IsChange);
        Assert.Same(life, CoordinatorMachine.Tick(life, Now + CoordinatorMachine.StatusLimit).Life);
        CoordinatorDecision overdue = CoordinatorMachine.Tick(life, Now + CoordinatorMachine.StatusLimit + TimeSpan.FromTicks(1));
        Assert.Equal((true, "lost worker-2: no answer within 5 s"), (overdue.Forms, overdue.Life.Reason));
        Assert.Equal(2, CoordinatorMachine.Form(overdue.Life, [9], Now).Life.Members.Count);
    }

    [Fact]
    public void Suspect_WhomPeersAccuse_IsLostAtOnceAndAloneIsNot()
    {
        AttemptLife life = Training(3, step: 9);
        CoordinatorDecision alone = CoordinatorMachine.Suspect(life, "worker-2", "worker-2-1");
        Assert.Equal((AttemptState.Training, false), (alone.Life.State, alone.Forms));
        Assert.False(Report(alone.Life, 2, MemberPhase.Training, 10).Life.Members[2].IsSuspect);
        life = Halted(Halted(life, 0, step: 9, lost: 2).Life, 1, step: 9, lost: 2).Life;
        CoordinatorDecision both = CoordinatorMachine.Suspect(life, "worker-2", "worker-2-1");
        Assert.True(both.Forms);
        life = CoordinatorMachine.Form(both.Life, [9], Now).Life;
        Assert.Equal(["worker-0", "worker-1"], life.Members.Select(member => member.Worker.WorkerId));
        Assert.Contains(new Withdrawal("worker-2", "worker-2-1", 1, 1), life.Withdrawals);
    }

    [Theory]
    [InlineData(2, 0, 1, "1")]
    [InlineData(2, null, 1, "0 1")]
    [InlineData(1, 2, 1, "0 2")]
    [InlineData(null, 0, null, "1 2")]
    [InlineData(1, null, null, "0 2")]
    public void Accusations_WhoGoesOn(int? byZero, int? byOne, int? byTwo, string expected)
    {
        AttemptLife life = Halted(Training(3, step: 9), 0, 9, byZero).Life;
        life = Halted(Halted(life, 1, 9, byOne).Life, 2, 9, byTwo).Life;
        life = CoordinatorMachine.Form(life, [9], Now).Life;
        Assert.Equal(3 - life.Members.Count, life.Estranged.Count);
        Assert.Equal(expected.Split(' ').Select(rank => $"worker-{rank}"), life.Members.Select(member => member.Worker.WorkerId));
    }

    [Fact]
    public void Lose_Everybody_IsALostAttempt()
    {
        AttemptLife life = Lose(Lose(Training(2, step: 9), 0).Life, 1).Life;
        Assert.Equal(AttemptState.Lost, life.State);
        Assert.Equal(2, life.Withdrawals.Count(owed => owed.Generation == Withdrawal.WholeAttempt));
    }

    [Fact]
    public void Lose_WhoHoldsTheFurthestState_WhileOthersAreBehind_GoesOnFromTheirs()
    {
        AttemptLife life = Lose(Training(3, step: 9), 1).Life;
        life = CoordinatorMachine.Form(Halted(Halted(life, 0, step: 9).Life, 2, step: 10).Life, [9], Now).Life;

        // The source dies before it has given its state away: its step is done again, which is recomputing what nobody saw.
        life = Lose(life, worker: 2, rank: 1).Life;
        life = CoordinatorMachine.Form(Halted(life, 0, step: 9).Life, [9], Now).Life;
        Assert.Equal((3, 9, 1), (life.Generation, life.StartStep, life.Members.Count));
    }

    [Fact]
    public void Form_FewerThanTheLeast_WaitsWithTheStateUntilOneHasJoined()
    {
        AttemptLife life = Training(2, step: 9, min: 2);
        life = Halted(Lose(life, 1).Life, 0, step: 9).Life;
        CoordinatorDecision waits = CoordinatorMachine.Form(life, [9], Now);
        Assert.Equal((AttemptState.Regrouping, true), (waits.Life.State, waits.IsChange));
        Assert.Equal("waits with the state of step 9 for at least 2 workers; has worker-0", waits.Life.Reason);
        Assert.Same(waits.Life, CoordinatorMachine.Form(waits.Life, [9], Now).Life);
        WorkerOfferOf(waits.Life, out CoordinatorDecision offered);
        Assert.Equal((1, true), (offered.Life.Invited.Count, offered.Announces));
        CoordinatorDecision prepared = Prepared(offered.Life);
        Assert.True(prepared.Forms);
        life = CoordinatorMachine.Form(prepared.Life, [9], Now).Life;
        Assert.Equal((2, 9, 0, 0), (life.Members.Count, life.StartStep, life.Source, life.Invited.Count));
        Assert.Equal(-1, life.Members[1].Step);
        Assert.EndsWith("; worker-1 gets the state of worker-0", life.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Offer_WhileTraining_JoinsAtABoundaryWhenPrepared()
    {
        AttemptLife life = Training(1, step: 9);
        WorkerOfferOf(life, out CoordinatorDecision offered);
        Assert.Equal(AttemptState.Training, offered.Life.State);
        CoordinatorDecision asked = Prepared(offered.Life);
        Assert.Equal((AttemptState.Regrouping, true, true), (asked.Life.State, asked.Life.RegroupsAtBoundary, asked.Announces));
        life = CoordinatorMachine.Form(Halted(asked.Life, 0, step: 12).Life, [9], Now).Life;
        Assert.Equal((2, 12, 2), (life.Generation, life.StartStep, life.Members.Count));
    }

    [Fact]
    public void Offer_FewerWanted_TheHighestRanksLeave()
    {
        CoordinatorDecision asked = CoordinatorMachine.Offer(Training(3, step: 9), 1, 2, Samples.Offers(3), Now);
        Assert.Equal((AttemptState.Regrouping, true), (asked.Life.State, asked.Life.RegroupsAtBoundary));
        AttemptLife life = Enumerable.Range(0, 3).Aggregate(asked.Life, (next, rank) => Halted(next, rank, step: 10).Life);
        life = CoordinatorMachine.Form(life, [9], Now).Life;
        Assert.Equal(["worker-0", "worker-1"], life.Members.Select(member => member.Worker.WorkerId));
        Assert.Equal([new Withdrawal("worker-2", "worker-2-1", 1, 1)], life.Withdrawals);
        Assert.EndsWith("; without worker-2", life.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Tick_NoCommonBoundaryInTime_TheMembersAreHalted()
    {
        AttemptLife life = CoordinatorMachine.Offer(Training(2, step: 9), 1, 1, Samples.Offers(2), Now).Life;
        CoordinatorDecision late = CoordinatorMachine.Tick(life, Now + CoordinatorMachine.YieldLimit + TimeSpan.FromTicks(1));
        Assert.Equal((AttemptState.Regrouping, false, true), (late.Life.State, late.Life.RegroupsAtBoundary, late.Announces));
    }

    [Fact]
    public void Lose_AMemberAtTheBoundary_TheOthersHaltAtOnce()
    {
        AttemptLife life = CoordinatorMachine.Offer(Training(3, step: 9), 1, 2, Samples.Offers(3), Now).Life;
        CoordinatorDecision lost = Lose(Halted(life, 0, step: 10).Life, 1);
        Assert.Equal((false, true), (lost.Life.RegroupsAtBoundary, lost.Announces));
        Assert.Equal(10, CoordinatorMachine.Form(Halted(lost.Life, 2, step: 9).Life, [9], Now).Life.StartStep);
    }

    [Fact]
    public void Lose_WhileOthersAreDone_TheyCompleteItTogetherOnceMore()
    {
        AttemptLife life = Report(Training(2, step: 39), 0, MemberPhase.Done, 40, result: Samples.Result()).Life;
        life = Lose(life, 1).Life;
        Assert.Equal(AttemptState.Regrouping, life.State);
        life = CoordinatorMachine.Form(Halted(life, 0, step: 40).Life, [9], Now).Life;
        Assert.Equal((40, null), (life.StartStep, life.Members[0].Result));
        life = Report(life, 0, MemberPhase.Done, 40, result: Samples.Result()).Life;
        Assert.Equal(AttemptState.Succeeded, life.State);
    }

    [Fact]
    public void Yield_WhileRegrouping_IsKeptForTheNextGeneration()
    {
        AttemptLife life = CoordinatorMachine.Yield(Lose(Training(2, step: 9), 1).Life, 1, "paused", Now).Life;
        Assert.Equal(AttemptState.Regrouping, life.State);
        life = CoordinatorMachine.Form(Halted(life, 0, step: 9).Life, [9], Now).Life;
        Assert.Equal(Now, life.YieldAskedAt);
        life = Report(life, 0, MemberPhase.Training, 10).Life;
        Assert.Equal(AttemptState.Yielding, life.State);
        Assert.Equal(AttemptState.Yielded, Report(life, 0, MemberPhase.Yielded, 11).Life.State);
    }

    [Fact]
    public void Report_OfTheGenerationBefore_ChangesNothing()
    {
        AttemptLife before = Lose(Training(2, step: 9), 1).Life;
        AttemptLife life = CoordinatorMachine.Form(Halted(before, 0, step: 9).Life, [9], Now).Life;
        MemberReport late = ReportOf(before, 0, MemberPhase.Training, 9);
        Assert.False(CoordinatorMachine.IsStray(life, late));
        CoordinatorDecision decision = CoordinatorMachine.Report(life, late, Now);
        Assert.Equal((AttemptState.Forming, MemberPhase.Assigned, false), (decision.Life.State, decision.Life.Members[0].Phase, decision.IsChange));
    }

    [Fact]
    public void Report_RetryableFault_IsTheMembersLossOnly()
    {
        AttemptLife life = Training(2, step: 9);
        CoordinatorDecision lost = CoordinatorMachine.Report(life, ReportOf(life, 1, MemberPhase.Faulted, 9) with { Retryable = true }, Now);
        Assert.Equal((AttemptState.Regrouping, "lost worker-1 (rank 1): link"), (lost.Life.State, lost.Life.Reason));
    }

    [Fact]
    public void Invited_ThatCannotPrepare_IsToldOnceAndDisturbsNobody()
    {
        WorkerOfferOf(Training(1, step: 9), out CoordinatorDecision offered);
        MemberReport fault = ReportOf(offered.Life, 1, MemberPhase.Faulted, -1) with { Generation = 2 };
        CoordinatorDecision refused = CoordinatorMachine.Report(offered.Life, fault, Now);
        Assert.Equal((AttemptState.Training, "worker.refused"), (refused.Life.State, refused.Life.Outbox[^1].Kind));
        Assert.Same(refused.Life.Outbox, CoordinatorMachine.Report(refused.Life, fault, Now).Life.Outbox);
        WorkerOfferOf(refused.Life, out CoordinatorDecision again);
        Assert.Same(refused.Life, again.Life);
        Assert.Empty(CoordinatorMachine.Lose(refused.Life, "worker-1", "worker-1-1", "left", Now).Life.Invited);
    }

    [Fact]
    public void Accusations_TooFewAreLeft_TheAccusedIsInvitedAgain()
    {
        AttemptLife life = Halted(Halted(Training(2, step: 9, min: 2), 0, step: 9, lost: 1).Life, 1, step: 9, lost: 0).Life;
        CoordinatorDecision waits = CoordinatorMachine.Form(life, [9], Now);
        Assert.Equal("waits with the state of step 9 for at least 2 workers; has worker-0", waits.Life.Reason);
        Assert.Equal([new Withdrawal("worker-1", "worker-1-1", 1, 1)], waits.Life.Withdrawals);
        Assert.Equal([new Estrangement("worker-1-1", 1, Now)], waits.Life.Estranged);
        WorkerOfferOf(waits.Life, out CoordinatorDecision offered);
        Assert.Equal("worker-1", Assert.Single(offered.Life.Invited).Worker.WorkerId);
        CoordinatorDecision prepared = Prepared(offered.Life);
        Assert.True(prepared.Forms);
        AttemptLife formed = CoordinatorMachine.Form(prepared.Life, [9], Now).Life;
        Assert.Equal((AttemptState.Forming, 2, 2), (formed.State, formed.Generation, formed.Members.Count));
    }

    /// <summary>Seed 15165 of the simulation: the slot refused every later invitation to the generation that could not form without it.</summary>
    [Fact]
    public void Report_OfOneThatIsInvitedNoMore_LeavesItsSlotFreeForTheNextInvitation()
    {
        WorkerOfferOf(Training(1, step: 9), out CoordinatorDecision offered);
        AttemptLife life = CoordinatorMachine.Lose(offered.Life, "worker-1", "worker-1-1", "silent", Now).Life;
        MemberReport late = ReportOf(life, 1, MemberPhase.Preparing, -1) with { Generation = 2 };
        Assert.True(CoordinatorMachine.IsStray(life, late));
        Assert.Equal(1, CoordinatorMachine.FenceOf(life, late));
        Assert.Equal(1, CoordinatorMachine.FenceOf(life, late with { Generation = 1 }));
        Assert.Equal(2, CoordinatorMachine.FenceOf(CoordinatorMachine.Stop(life, 1, "cancelled", Now).Life, late));
    }

    /// <summary>
    /// Seed 32855 of the simulation: all were halted while they prepared, then found the checkpoint missing, and what they said of it
    /// belonged to a generation that was left already.
    /// </summary>
    [Theory]
    [InlineData(null, true, AttemptState.Regrouping)]
    [InlineData(null, false, AttemptState.Failed)]
    [InlineData("job-a/attempt-1/step-000000009", true, AttemptState.Lost)]
    public void Report_FaultOfTheGenerationBefore_EndsTheRunAllTheSame(string? damaged, bool isRetryable, AttemptState expected)
    {
        AttemptLife before = Lose(Training(3, step: 9), 1).Life;
        AttemptLife life = CoordinatorMachine.Form(Halted(Halted(before, 0, step: 9).Life, 2, step: 9).Life, [9], Now).Life;
        MemberReport fault = ReportOf(before, 2, MemberPhase.Faulted, 9) with { Retryable = isRetryable, DamagedCheckpoint = damaged };
        Assert.Equal(expected, CoordinatorMachine.Report(life, fault, Now).Life.State);
    }

    [Fact]
    public void Report_FaultFromBeforeItWasInvited_DoesNotRefuseIt()
    {
        WorkerOfferOf(Training(1, step: 9), out CoordinatorDecision offered);
        CoordinatorDecision late = CoordinatorMachine.Report(offered.Life, ReportOf(offered.Life, 1, MemberPhase.Faulted, 9), Now);
        Assert.Same(offered.Life, late.Life);
    }

    private static AttemptLife Training(int workers, int step, int min = 1)
    {
        AttemptLife life = CoordinatorMachine.Start(
            new AttemptLife(), Samples.Spec(min: min, max: 3, replicas: 5), 1, Samples.Offers(workers), [1, 2, 3], Now).Life;
        life = Enumerable.Range(0, workers).Aggregate(life, (next, rank) => Report(next, rank, MemberPhase.Training, step).Life);
        Assert.Equal(AttemptState.Training, life.State);
        return life with { Outbox = [] };
    }

    // Worker 1 in the place of, or beside, those that there are.
    private static void WorkerOfferOf(AttemptLife life, out CoordinatorDecision offered) =>
        offered = CoordinatorMachine.Offer(life, 1, 2, Samples.Offers(2), Now);

    private static CoordinatorDecision Prepared(AttemptLife life) =>
        CoordinatorMachine.Report(life, ReportOf(life, 1, MemberPhase.Prepared, -1) with { Generation = life.Generation + 1 }, Now);

    private static CoordinatorDecision Lose(AttemptLife life, int worker, int? rank = null)
    {
        Assert.Equal(rank ?? worker, life.Members.Single(member => member.Worker.WorkerId == $"worker-{worker}").Rank);
        return CoordinatorMachine.Lose(life, $"worker-{worker}", $"worker-{worker}-1", "killed", Now);
    }

    private static CoordinatorDecision Halted(AttemptLife life, int worker, int step, int? lost = null) =>
        CoordinatorMachine.Report(life, ReportOf(life, worker, MemberPhase.Halted, step) with
        {
            LostRank = lost,
            Detail = lost is null ? "" : "link",
        }, Now);

    private static CoordinatorDecision Report(
        AttemptLife life, int rank, MemberPhase phase, int step, JobResult? result = null, int? worker = null) =>
        CoordinatorMachine.Report(life, ReportOf(life, worker ?? rank, phase, step) with { Result = result }, Now);

    private static MemberReport ReportOf(AttemptLife life, int worker, MemberPhase phase, int step) => Samples.Report(life, worker, phase, step, "link");
}
