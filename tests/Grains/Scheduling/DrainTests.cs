using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Scheduling;

namespace SeqCluster.Grains.Tests.Scheduling;

/// <summary>Workers that shall take no further work, and those that a job refuses.</summary>
public sealed class DrainTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Drain_AFreeWorker_IsGivenToNobodyUntilItMayWorkAgain()
    {
        SchedulerState state = Drain(Up(SchedulerState.Empty, Samples.Offers(1)), "worker-0", true);
        SchedulerDecision asked = SchedulerMachine.Ask(state, Samples.Demand("job-a", 1, 1), Now);
        Assert.Empty(Held(asked.State));
        Assert.Contains("; drained: worker-0", SchedulerMachine.Answer(asked.State, Samples.Demand("job-a", 1, 1), Now).Reason, StringComparison.Ordinal);
        SchedulerDecision undrained = SchedulerMachine.Drain(asked.State, "worker-0", false, Now);
        Assert.Equal(["worker-0"], Held(undrained.State));
        Assert.Equal((true, "job-a"), (undrained.IsChange, Assert.Single(undrained.Hints)));
    }

    [Fact]
    public void Drain_AHeldWorker_TellsItsJobWhichLetsItGo()
    {
        SchedulerState state = Holding(2);
        Assert.Equal(["job-a"], SchedulerMachine.Drain(state, "worker-1", true, Now).Hints);
        state = Extend(Drain(state, "worker-1", true), Samples.Demand("job-a", 1, 2));
        Assert.Equal(["worker-0"], Held(state));
        state = Extend(Up(state, Samples.Offer("worker-2")), Samples.Demand("job-a", 1, 2));
        Assert.Equal(["worker-0", "worker-2"], Held(state));
    }

    [Fact]
    public void Drain_TheOnlyWorker_StaysHeldUntilAnotherIsThere()
    {
        SchedulerState state = Extend(Drain(Holding(1), "worker-0", true), Samples.Demand("job-a", 1, 1));
        Assert.Equal(["worker-0"], Held(state));
        state = Extend(Up(state, Samples.Offer("worker-1")), Samples.Demand("job-a", 1, 1));
        Assert.Equal(["worker-0", "worker-1"], Held(state));
        Assert.Equal(["worker-1"], Held(Extend(state, Samples.Demand("job-a", 1, 1))));
    }

    [Fact]
    public void Extend_AWorkerThatTheJobRefuses_IsFreeForOthers()
    {
        SchedulerState state = Extend(Holding(2), Samples.Demand("job-a", 1, 2) with { Without = "worker-1 worker-7" });
        Assert.Equal(["worker-0"], Held(state));
        Assert.Equal("job-b", SchedulerMachine.Ask(state, Samples.Demand("job-b", 1, 1), Now).State.HolderOf("worker-1"));
    }

    private static SchedulerState Holding(int workers) =>
        SchedulerMachine.Ask(Up(SchedulerState.Empty, Samples.Offers(workers)), Samples.Demand("job-a", 1, workers), Now).State;

    private static SchedulerState Drain(SchedulerState state, string worker, bool isDrained) =>
        SchedulerMachine.Drain(state, worker, isDrained, Now).State;

    private static SchedulerState Extend(SchedulerState state, WorkerDemand demand) =>
        SchedulerMachine.Extend(state, demand, ["worker-0", "worker-1"], Now).State;

    private static SchedulerState Up(SchedulerState state, params WorkerOffer[] workers) =>
        workers.Aggregate(state, (next, worker) => SchedulerMachine.WorkerUp(next, worker, Now).State);

    private static string[] Held(SchedulerState state) => state.Find("job-a")!.Workers.Select(worker => worker.WorkerId).ToArray();
}
