using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>With <c>parameterServer</c> members hold parts of the optimizer's state: which losses an attempt survives.</summary>
public sealed class StateCoverageTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Theory]
    [InlineData(2, "0", null)]
    [InlineData(3, "1", null)]
    [InlineData(3, "0 2", "of 3 members rank 2 held a part of the optimizer's state of step 9, and rank 0 the only copy: both are lost")]
    [InlineData(4, "1 3", null)]
    [InlineData(5, "0 2", null)]
    [InlineData(4, "1 2", "of 4 members rank 1 held a part of the optimizer's state of step 9, and rank 2 the only copy: both are lost")]
    public void Form_AfterLosses_GoesOnUnlessTwoNeighboursAreGone(int workers, string lost, string? missing)
    {
        int[] gone = lost.Split(' ').Select(int.Parse).ToArray();
        AttemptLife life = gone.Aggregate(Training(workers), Lose);
        foreach (int rank in Enumerable.Range(0, workers).Except(gone))
        {
            life = Halted(life, rank, 9, Share(9, rank, workers));
        }

        life = CoordinatorMachine.Form(life, [9], Now).Life;
        Assert.Equal(missing is null ? (AttemptState.Forming, 2) : (AttemptState.Lost, 1), (life.State, life.Generation));
        Assert.True(missing is null || life.Reason.EndsWith(missing, StringComparison.Ordinal), life.Reason);
        Assert.Equal(missing is null ? "generation.formed" : "attempt.lost", life.Outbox[^1].Kind);
        Assert.EndsWith(life.Reason, life.Outbox[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Form_WhoHasPreparedTheFurthestStep_CountsItAndGetsNothing()
    {
        AttemptLife life = Lose(Training(3), 2);
        life = Halted(life, 0, 9, Share(9, 0, 3), Share(10, 0, 3));
        life = CoordinatorMachine.Form(Halted(life, 1, 10, Share(10, 1, 3)), [9], Now).Life;
        Assert.Equal((2, 10), (life.Generation, life.StartStep));
        Assert.Equal([10, 10], life.Members.Select(member => member.Step));
        Assert.DoesNotContain("gets the state", life.Reason, StringComparison.Ordinal);
    }

    /// <summary>The one that completed it holds chunk 1 and the copy of chunk 0; chunk 2 of that step is where it was prepared, or nowhere.</summary>
    [Fact]
    public void Form_WhoHasNotPreparedTheFurthestStep_HoldsNothingOfIt()
    {
        AttemptLife life = Lose(Training(3), 2);
        life = Halted(life, 0, 9, Share(9, 0, 3));
        life = CoordinatorMachine.Form(Halted(life, 1, 10, Share(10, 1, 3)), [9], Now).Life;
        Assert.Equal(AttemptState.Lost, life.State);
    }

    [Fact]
    public void Form_OneThatHoldsAll_IsEnough()
    {
        AttemptLife life = Lose(Lose(Training(4), 1), 2);
        life = Halted(life, 0, 9, StateShare.Whole(9));
        life = CoordinatorMachine.Form(Halted(life, 3, 9, Share(9, 3, 4)), [9], Now).Life;
        Assert.Equal((AttemptState.Forming, 2), (life.State, life.Generation));
    }

    /// <summary>Its part goes with it: it leaves at the next boundary, where all parts are brought together first.</summary>
    [Fact]
    public void Form_WhoShallLeave_StaysWhileItsPartIsNeeded()
    {
        AttemptLife life = CoordinatorMachine.Offer(Training(4), 1, 2, Samples.Offers(3), Now).Life;
        Assert.True(life.Members[3].Leaves);
        life = Lose(life, 2);
        foreach (int rank in new[] { 0, 1, 3 })
        {
            life = Halted(life, rank, 9, Share(9, rank, 4));
        }

        life = CoordinatorMachine.Form(life, [9], Now).Life;
        Assert.Equal(["worker-0", "worker-1", "worker-3"], life.Members.Select(member => member.Worker.WorkerId));
    }

    private static StateShare Share(int step, int rank, int workers) => new() { Step = step, Rank = rank, Workers = workers };

    private static AttemptLife Training(int workers)
    {
        JobSpec spec = Samples.Spec(min: 1, max: workers, replicas: 5);
        spec = spec with { Train = spec.Train with { Strategy = "parameterServer" } };
        AttemptLife life = CoordinatorMachine.Start(new AttemptLife(), spec, 1, Samples.Offers(workers), [1, 2, 3], Now).Life;
        life = Enumerable.Range(0, workers).Aggregate(
            life, (next, rank) => CoordinatorMachine.Report(next, Samples.Report(next, rank, MemberPhase.Training, 9, ""), Now).Life);
        Assert.Equal(AttemptState.Training, life.State);
        return life;
    }

    private static AttemptLife Lose(AttemptLife life, int worker) =>
        CoordinatorMachine.Lose(life, $"worker-{worker}", $"worker-{worker}-1", "killed", Now).Life;

    private static AttemptLife Halted(AttemptLife life, int worker, int step, params StateShare[] shares) =>
        CoordinatorMachine.Report(life, Samples.Report(life, worker, MemberPhase.Halted, step, "") with { Shares = shares }, Now).Life;
}
