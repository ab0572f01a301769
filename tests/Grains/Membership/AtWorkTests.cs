using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>A member that the silo does not hear: a newer step, which needs every member, shows that it takes part.</summary>
public sealed class AtWorkTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void IsAtWork_WhileOthersTellOfNewerSteps_AndNoLonger()
    {
        AttemptLife life = Training();
        Assert.False(IsAtWork(life, 1, Now + Seconds(2.1)));
        life = Step(life, 0, step: 10, Now + Seconds(3));
        Assert.True(IsAtWork(life, 1, Now + Seconds(5)));
        life = Step(life, 0, step: 12, Now + Seconds(6));
        Assert.Equal(Seconds(1.5), life.StepTime);
        Assert.True(IsAtWork(life, 1, Now + Seconds(11)));
        Assert.False(IsAtWork(life, 1, Now + Seconds(11.1)));
    }

    /// <summary>Where a step takes long, nothing new for a while says nothing.</summary>
    [Fact]
    public void IsAtWork_OfLongSteps_ForTwoStepsMore()
    {
        AttemptLife life = Step(Step(Training(), 0, step: 10, Now + Seconds(10)), 0, step: 11, Now + Seconds(20));
        Assert.True(IsAtWork(life, 1, Now + Seconds(41)));
        Assert.False(IsAtWork(life, 1, Now + Seconds(43)));
    }

    [Fact]
    public void IsAtWork_TheSameStepAgain_IsNoSign()
    {
        AttemptLife life = Step(Training(), 0, step: 9, Now + Seconds(60));
        Assert.False(IsAtWork(life, 1, Now + Seconds(60)));
    }

    [Fact]
    public void IsAtWork_AfterALossOrOfAStranger_IsNot()
    {
        AttemptLife life = Step(Training(), 0, step: 10, Now);
        Assert.False(CoordinatorMachine.IsAtWork(life, "worker-1", "worker-1-2", Now));
        life = CoordinatorMachine.Lose(life, "worker-2", "worker-2-1", "killed", Now).Life;
        Assert.False(IsAtWork(life, 1, Now));
        life = Halted(Halted(life, 0), 1);
        life = CoordinatorMachine.Form(life, [9], Now).Life;
        Assert.Equal((AttemptState.Forming, null), (life.State, life.SteppedAt));
    }

    /// <summary>After a restart of the silo a slot says that nobody is connected; the others' steps say otherwise.</summary>
    [Fact]
    public void Report_ANewerStep_ClearsWhoIsAbsent()
    {
        AttemptLife life = Answered(Training(), Now);
        Assert.NotNull(life.Members[1].AbsentSince);
        life = Step(life, 0, step: 10, Now + CoordinatorMachine.ReattachLimit);
        Assert.Null(life.Members[1].AbsentSince);
        life = Answered(life, Now + CoordinatorMachine.ReattachLimit + Seconds(1));
        Assert.Equal(AttemptState.Training, life.State);
        life = Answered(life, Now + (2 * CoordinatorMachine.ReattachLimit) + Seconds(2));
        Assert.Equal(AttemptState.Regrouping, life.State);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static bool IsAtWork(AttemptLife life, int worker, DateTimeOffset now) =>
        CoordinatorMachine.IsAtWork(life, $"worker-{worker}", $"worker-{worker}-1", now);

    private static AttemptLife Answered(AttemptLife life, DateTimeOffset now) =>
        CoordinatorMachine.Answered(life, "worker-1", "worker-1-1", AssignmentReply.Absent, now).Life;

    private static AttemptLife Halted(AttemptLife life, int worker) =>
        CoordinatorMachine.Report(life, Samples.Report(life, worker, MemberPhase.Halted, 10), Now).Life;

    private static AttemptLife Step(AttemptLife life, int worker, int step, DateTimeOffset now) =>
        CoordinatorMachine.Report(life, Samples.Report(life, worker, MemberPhase.Training, step), now).Life;

    private static AttemptLife Training()
    {
        AttemptLife life = CoordinatorMachine.Start(new AttemptLife(), Samples.Spec(max: 3, replicas: 5), 1, Samples.Offers(3), [1, 2, 3], Now).Life;
        life = Enumerable.Range(0, 3).Aggregate(life, (next, rank) => Step(next, rank, step: 9, Now));
        Assert.Equal(AttemptState.Training, life.State);
        return life;
    }
}
