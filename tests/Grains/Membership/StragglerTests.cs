using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>Members that are slow, that leave, and workers that are kept ready for their place.</summary>
public sealed class StragglerTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Report_OneMuchSlowerThanTheMedian_IsToldOnceAndTakenBack()
    {
        AttemptLife life = Paced(Training(), 100, 120, 299);
        Assert.Empty(life.Outbox);
        life = Paced(life, 100, 120, 361);
        Assert.Equal("worker.slow", Assert.Single(life.Outbox).Kind);
        Assert.Equal("attempt 1: worker-2 (rank 2) takes 361 ms for a replica, the median is 120 ms", life.Outbox[0].Message);
        Assert.Equal("slow: 361 ms for a replica", MemberAccount.NoteOf(life.Members[2]));
        Assert.Equal((AttemptState.Training, 3), (life.State, life.Members.Count));
        life = Paced(life, 100, 120, 330);
        Assert.Single(life.Outbox);
        life = Paced(life, 100, 120, 280);
        Assert.Equal("worker.steady", life.Outbox[^1].Kind);
        Assert.Equal("", MemberAccount.NoteOf(life.Members[2]));
    }

    [Fact]
    public void Report_AHundredTimesSlowerByMilliseconds_IsNoise() => Assert.Empty(Paced(Training(), 0.3, 0.3, 30).Outbox);

    [Fact]
    public void Report_FactorOfZero_NobodyIsSlow() => Assert.Empty(Paced(Training(recovery => recovery with { StragglerFactor = 0 }), 1, 1, 9000).Outbox);

    [Fact]
    public void Report_SlowAndToBeReplaced_IsExcludedAndLeavesAtABoundary()
    {
        AttemptLife life = Paced(Training(recovery => recovery with { ReplaceStragglers = true }), 100, 100, 900);
        Assert.Equal(["worker-2"], life.Excluded);
        CoordinatorDecision offered = CoordinatorMachine.Offer(life, 1, 3, Samples.Offers(2), Now);
        Assert.Equal((AttemptState.Regrouping, true), (offered.Life.State, offered.Life.RegroupsAtBoundary));
        Assert.StartsWith("lets worker-2 go; goes on with 2 of 3 workers", offered.Life.Reason, StringComparison.Ordinal);
        life = Formed(offered.Life, 3);
        Assert.Equal(["worker-0", "worker-1"], life.Members.Select(member => member.Worker.WorkerId));
        Assert.Contains(new Withdrawal("worker-2", "worker-2-1", 1, 1), life.Withdrawals);
        Assert.Empty(CoordinatorMachine.Start(life, life.Spec!, 2, Samples.Offers(3), [1], Now).Life.Excluded);
    }

    [Fact]
    public void Offer_WithoutAMemberAndTooFewOthers_WaitsForOneThatIsPrepared()
    {
        AttemptLife life = Training(min: 3);
        CoordinatorDecision alone = CoordinatorMachine.Offer(life, 1, 3, Samples.Offers(2), Now);
        Assert.Equal((AttemptState.Training, true), (alone.Life.State, alone.Life.Members[2].Leaves));
        Assert.Equal("leaves at a step boundary", MemberAccount.NoteOf(alone.Life.Members[2]));
        CoordinatorDecision both = CoordinatorMachine.Offer(alone.Life, 1, 3, [.. Samples.Offers(2), Samples.Offer("worker-9")], Now);
        CoordinatorDecision ready = CoordinatorMachine.Report(both.Life, Samples.Report(both.Life, 9, MemberPhase.Prepared, -1) with { Generation = 2 }, Now);
        Assert.Equal("lets worker-2 go; takes in worker-9", ready.Life.Reason);
        life = Formed(ready.Life, 3);
        Assert.Equal(["worker-0", "worker-1", "worker-9"], life.Members.Select(member => member.Worker.WorkerId));
    }

    [Fact]
    public void Offer_AMemberIsReservedAgain_Stays()
    {
        AttemptLife life = CoordinatorMachine.Offer(Training(min: 3), 1, 3, Samples.Offers(2), Now).Life;
        life = CoordinatorMachine.Offer(life, 1, 3, Samples.Offers(3), Now).Life;
        Assert.False(life.Members[2].Leaves);
    }

    [Fact]
    public void Form_OnlyWhoLeavesHoldsTheState_GoesOnWithIt()
    {
        AttemptLife life = CoordinatorMachine.Offer(Training(min: 3), 1, 3, Samples.Offers(2), Now).Life;
        life = CoordinatorMachine.Lose(life, "worker-0", "worker-0-1", "killed", Now).Life;
        life = CoordinatorMachine.Lose(life, "worker-1", "worker-1-1", "killed", Now).Life with { Spec = Samples.Spec(max: 3, replicas: 5) };
        life = Halted(life, 2);
        Assert.Equal(["worker-2"], CoordinatorMachine.Form(life, [9], Now).Life.Members.Select(member => member.Worker.WorkerId));
    }

    [Fact]
    public void Lose_AMemberWithAHotSpare_TheSpareTakesItsPlaceAtOnce()
    {
        AttemptLife life = CoordinatorMachine.Offer(Training(), 1, 3, Samples.Offers(4), Now).Life;
        life = CoordinatorMachine.Report(life, Samples.Report(life, 3, MemberPhase.Prepared, -1) with { Generation = 2 }, Now).Life;
        Assert.Equal((AttemptState.Training, 1), (life.State, life.Invited.Count));
        life = CoordinatorMachine.Lose(life, "worker-0", "worker-0-1", "killed", Now).Life;
        life = CoordinatorMachine.Form(Halted(Halted(life, 1), 2), [9], Now).Life;
        Assert.Equal(["worker-1", "worker-2", "worker-3"], life.Members.Select(member => member.Worker.WorkerId));
        Assert.Equal((9, 0), (life.StartStep, life.Source));
    }

    private static AttemptLife Training(Func<SeqCluster.Contracts.Jobs.RecoverySpec, SeqCluster.Contracts.Jobs.RecoverySpec>? recovery = null, int min = 1)
    {
        var spec = Samples.Spec(min: min, max: 3, replicas: 5);
        spec = spec with { Recovery = recovery?.Invoke(spec.Recovery) ?? spec.Recovery };
        AttemptLife life = CoordinatorMachine.Start(new AttemptLife(), spec, 1, Samples.Offers(3), [1, 2, 3], Now).Life;
        life = Enumerable.Range(0, 3).Aggregate(life, (next, rank) => Take(next, Samples.Report(next, rank, MemberPhase.Training, 9)));
        Assert.Equal(AttemptState.Training, life.State);
        return life with { Outbox = [] };
    }

    private static AttemptLife Paced(AttemptLife life, params double[] times) => times.Index().Aggregate(
        life, (next, time) => Take(next, Samples.Report(next, time.Index, MemberPhase.Training, 10) with { ReplicaMs = time.Item }));

    private static AttemptLife Formed(AttemptLife life, int members) => CoordinatorMachine.Form(
        Enumerable.Range(0, members).Aggregate(life, Halted), [9], Now).Life;

    private static AttemptLife Halted(AttemptLife life, int worker) => Take(life, Samples.Report(life, worker, MemberPhase.Halted, 9));

    private static AttemptLife Take(AttemptLife life, MemberReport report) => CoordinatorMachine.Report(life, report, Now).Life;
}
