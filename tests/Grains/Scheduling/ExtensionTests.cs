using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Scheduling;

namespace SeqCluster.Grains.Tests.Scheduling;

/// <summary>Jobs that have workers and want others beside them, or fewer.</summary>
public sealed class ExtensionTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Extend_FreeWorkersOfItsEnvironment_OwnHostsFirst()
    {
        SchedulerState state = Holding(1, 1);
        state = Up(state, Samples.Offer("worker-5", host: "host-b"), Samples.Offer("worker-7"), Samples.Offer("worker-6", fingerprint: "f2"));
        Assert.Equal(["worker-0", "worker-7"], Held(Extend(state, 2, "worker-0")));
        Assert.Equal(["worker-0", "worker-5", "worker-7"], Held(Extend(state, 9, "worker-0")));
    }

    [Fact]
    public void Extend_AfterALoss_TakesTheSuccessorAndIsWholeAgain()
    {
        SchedulerState state = SchedulerMachine.WorkerDown(Holding(2, 2), "worker-1", "worker-1-1").State;
        Assert.Equal(DemandState.Broken, state.Find("job-a")!.State);
        Assert.Equal(["worker-0"], Held(state = Extend(state, 2, "worker-0")));
        Assert.Equal(DemandState.Reserved, state.Find("job-a")!.State);
        state = Up(state, Samples.Offer("worker-1", incarnation: "2"));
        Assert.Equal(["worker-0", "worker-1"], Held(Extend(state, 2, "worker-0")));
    }

    [Fact]
    public void Extend_FewerWanted_GivesBackWhatItDoesNotUseAndNothingElse()
    {
        SchedulerState state = Holding(3, 3);
        Assert.Equal(["worker-0", "worker-1", "worker-2"], Held(Extend(state, 2, "worker-0", "worker-1", "worker-2")));
        Assert.Equal(["worker-1", "worker-2"], Held(Extend(state, 2, "worker-1", "worker-2")));
    }

    [Fact]
    public void Extend_OthersWait_TheyComeFirst()
    {
        SchedulerState state = Holding(1, 1);
        state = SchedulerMachine.Ask(state, Samples.Demand("job-b", 1, 1, submittedSecond: 5), Now).State;
        state = state with { Workers = state.Workers.SetItem("worker-1", Samples.Offer("worker-1")) };
        SchedulerDecision decision = SchedulerMachine.Extend(state, Samples.Demand("job-a", 1, 2), ["worker-0"], Now);
        Assert.Equal(["job-b"], decision.Hints);
        Assert.Equal("job-b", decision.State.HolderOf("worker-1"));
        Assert.Equal(["worker-0"], Held(decision.State));
    }

    [Fact]
    public void Extend_ALargeJobHasWaitedTooLong_KeepsItsWorkersForIt()
    {
        SchedulerState state = Holding(1, 1);
        state = SchedulerMachine.Ask(state, Samples.Demand("job-b", 2, 2, submittedSecond: 5), Now).State;
        state = Up(state, Samples.Offer("worker-1"));
        Assert.Equal(2, Held(Extend(state, 2, "worker-0")).Length);
        DateTimeOffset later = Now + SchedulerMachine.Patience + TimeSpan.FromSeconds(1);
        Assert.Equal(["worker-0"], Held(SchedulerMachine.Extend(state, Samples.Demand("job-a", 1, 2), ["worker-0"], later).State));
    }

    [Fact]
    public void Extend_TheSameAgainOrNothingHeld_ChangesNothing()
    {
        SchedulerState state = Extend(Holding(2, 2), 2, "worker-0", "worker-1");
        SchedulerDecision again = SchedulerMachine.Extend(state, Samples.Demand("job-a", 1, 2), ["worker-0", "worker-1"], Now);
        Assert.Equal((false, true), (again.IsChange, ReferenceEquals(state, again.State)));
        SchedulerState waiting = SchedulerMachine.Ask(SchedulerState.Empty, Samples.Demand("job-a", 1, 2), Now).State;
        Assert.Same(waiting, Extend(waiting, 2));
        Assert.Same(state, SchedulerMachine.Extend(state, Samples.Demand("job-a", 1, 3, attempt: 2), ["worker-0"], Now).State);
    }

    [Fact]
    public void Extend_AfterAllWereLost_TakesBackTheMembersThatAreThereAndNobodyElses()
    {
        SchedulerState state = Holding(2, 2);
        state = SchedulerMachine.WorkerDown(state, "worker-0", "worker-0-1").State;
        state = SchedulerMachine.WorkerDown(state, "worker-1", "worker-1-1").State;
        Assert.Same(state, Extend(state, 2, "worker-0", "worker-1"));
        state = Up(state, Samples.Offer("worker-0"), Samples.Offer("worker-7"));
        Assert.Equal(["worker-0", "worker-7"], Held(Extend(state, 2, "worker-0")));
        state = SchedulerMachine.Ask(state, Samples.Demand("job-b", 2, 2), Now).State;
        Assert.Same(state, Extend(state, 2, "worker-0"));
    }

    private static SchedulerState Holding(int min, int max)
    {
        SchedulerState state = Up(SchedulerState.Empty, Samples.Offers(max));
        state = SchedulerMachine.Ask(state, Samples.Demand("job-a", min, max), Now).State;
        Assert.Equal(max, Held(state).Length);
        return state;
    }

    private static SchedulerState Extend(SchedulerState state, int max, params string[] kept) =>
        SchedulerMachine.Extend(state, Samples.Demand("job-a", 1, max), kept, Now).State;

    private static SchedulerState Up(SchedulerState state, params WorkerOffer[] workers) =>
        workers.Aggregate(state, (next, worker) => SchedulerMachine.WorkerUp(next, worker, Now).State);

    private static string[] Held(SchedulerState state) => state.Find("job-a")!.Workers.Select(worker => worker.WorkerId).ToArray();
}
