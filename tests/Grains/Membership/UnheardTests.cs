using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>An attempt whose members are lost but perhaps not dead: no split brain.</summary>
public sealed class UnheardTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;
    private static readonly TimeSpan Parked = TimeSpan.FromSeconds(120) + CoordinatorMachine.OfflineMargin;

    [Fact]
    public void Start_AfterSilence_WaitsUntilTheUnheardHaveStopped()
    {
        AttemptLife lost = Lost(isDead: false);
        CoordinatorDecision early = Start(lost, Now + Parked - TimeSpan.FromTicks(1), "worker-7");
        Assert.Equal((AttemptState.Lost, 1, false), (early.Life.State, early.Life.Attempt, early.IsChange));
        Assert.Equal("a worker of attempt 1 may still train, unheard: waits until 12:02:05 UTC, when it has stopped", early.Life.Reason);
        CoordinatorDecision late = Start(lost, Now + Parked, "worker-7");
        Assert.Equal((AttemptState.Forming, 2), Outcome(late));
        Assert.Null(late.Life.NotBefore);
    }

    [Fact]
    public void Start_WithOneOfThemOrItsSuccessor_BeginsAtOnce()
    {
        AttemptLife lost = Lost(isDead: false);
        Assert.Equal((AttemptState.Forming, 2), Outcome(Start(lost, Now, "worker-1", "worker-7")));
    }

    [Fact]
    public void Start_AfterADeathForCertain_BeginsAtOnce() =>
        Assert.Equal((AttemptState.Forming, 2), Outcome(Start(Lost(isDead: true), Now, "worker-7")));

    [Fact]
    public void Stopped_OneOfThemIsHeardAgain_TheNextAttemptBeginsAtOnce()
    {
        CoordinatorDecision heard = CoordinatorMachine.Stopped(Lost(isDead: false), 1, "worker-1", "worker-1-1");
        Assert.Equal((true, true), (heard.IsChange, heard.Hints));
        Assert.Empty(CoordinatorMachine.Unheard(heard.Life, 2, [Samples.Offer("worker-7")]));
        Assert.Equal((AttemptState.Forming, 2), Outcome(Start(heard.Life, Now, "worker-7")));
    }

    [Theory]
    [InlineData(1, "worker-1", "worker-1-2")]
    [InlineData(1, "worker-7", "worker-1-1")]
    [InlineData(2, "worker-1", "worker-1-1")]
    public void Stopped_OfAnotherAttemptOrWorkerOrIncarnation_ChangesNothing(int attempt, string worker, string incarnation)
    {
        AttemptLife lost = Lost(isDead: false);
        Assert.Equal(2, CoordinatorMachine.Unheard(lost, 2, [Samples.Offer("worker-7")]).Count());
        Assert.Empty(CoordinatorMachine.Unheard(lost, 1, [Samples.Offer("worker-7")]));
        CoordinatorDecision decision = CoordinatorMachine.Stopped(lost, attempt, worker, incarnation);
        Assert.Equal((lost, false, false), (decision.Life, decision.IsChange, decision.Hints));
    }

    [Fact]
    public void Stopped_WhileTheAttemptGoesOn_ChangesNothing()
    {
        AttemptLife life = CoordinatorMachine.Start(new AttemptLife(), Samples.Spec(max: 3, replicas: 5), 1, Samples.Offers(2), [1, 2, 3], Now).Life;
        Assert.Equal(life, CoordinatorMachine.Stopped(life, 1, "worker-1", "worker-1-1").Life);
    }

    private static (AttemptState, int) Outcome(CoordinatorDecision decision) => (decision.Life.State, decision.Life.Attempt);

    private static CoordinatorDecision Start(AttemptLife life, DateTimeOffset now, params string[] workers) => CoordinatorMachine.Start(
        life, life.Spec!, 2, workers.Select(worker => Samples.Offer(worker, incarnation: "2")).ToArray(), [1], now);

    private static AttemptLife Lost(bool isDead)
    {
        AttemptLife life = CoordinatorMachine.Start(new AttemptLife(), Samples.Spec(max: 3, replicas: 5), 1, Samples.Offers(2), [1, 2, 3], Now).Life;
        life = CoordinatorMachine.Lose(life, "worker-0", "worker-0-1", "silent", Now, isDead: false).Life;
        life = CoordinatorMachine.Lose(life, "worker-1", "worker-1-1", "silent", Now, isDead).Life;
        Assert.Equal(AttemptState.Lost, life.State);
        return life;
    }
}
