using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Scheduling;

namespace SeqCluster.Grains.Tests.Scheduling;

public sealed class WaitingAccountTests
{
    [Fact]
    public void Of_NoWorkers_SaysThatNoneIsConnected() => Assert.Equal(
        "place 1 of 1 in the queue; wants 1 worker; no worker is connected",
        Account([], Samples.Demand("job-a", 1, 1)));

    [Fact]
    public void Of_WorkersHeldByOthers_NamesHolderAndWorkers() => Assert.Equal(
        "place 1 of 1 in the queue; wants 2 to 4 workers; 1 of 3 matching are free; holder holds worker-0, worker-1",
        Account([], Samples.Demand("job-b", 2, 4, submittedSecond: 1), Samples.Demand("holder", 2, 2)));

    [Fact]
    public void Of_GreaterPriorityThanARunningJob_SaysThatNothingIsTakenAway() => Assert.Equal(
        "place 1 of 1 in the queue; wants 2 workers at priority 7; 1 of 3 matching are free; holder holds worker-0, worker-1;"
        + " a greater priority takes no workers away from a running job: holder may be paused by hand",
        Account([], Samples.Demand("job-b", 2, 2, submittedSecond: 1, priority: 7), Samples.Demand("holder", 2, 2)));

    [Fact]
    public void Of_AnotherDevice_SaysWhichAndWhy() => Assert.Equal(
        "place 1 of 1 in the queue; wants 1 worker on cuda; no connected worker matches; worker-0, worker-1: cpu, not cuda",
        Account([Samples.Offer("worker-0"), Samples.Offer("worker-1")], Samples.Demand("job-a", 1, 1, device: "cuda")));

    [Fact]
    public void Of_DifferentEnvironments_SaysWhichGoTogether() => Assert.Equal(
        "place 1 of 1 in the queue; wants 2 workers; 2 of 2 matching are free; only workers of one numerical environment go"
        + " together, and the free ones differ: worker-0 (old), worker-1 (new)",
        Account([Samples.Offer("worker-0", fingerprint: "old"), Samples.Offer("worker-1", fingerprint: "new")], Samples.Demand("job-a", 2, 2)));

    [Fact]
    public void Of_OthersBehind_SaysUntilWhenTheyMayPass() => Assert.Equal(
        "place 1 of 2 in the queue; wants 2 workers; no worker is connected; later jobs that can start may pass it until 12:01:00 UTC",
        Account([], Samples.Demand("job-a", 2, 2), Samples.Demand("job-b", 1, 1, submittedSecond: 1)));

    private static string Account(WorkerOffer[] workers, WorkerDemand demand, params WorkerDemand[] others)
    {
        if (others.Any(other => other.JobId == "holder"))
        {
            workers = Samples.Offers(3);
        }

        SchedulerState state = workers.Aggregate(
            SchedulerState.Empty, (now, worker) => SchedulerMachine.WorkerUp(now, worker, Samples.Noon).State);
        state = others.Append(demand).Aggregate(state, (now, one) => SchedulerMachine.Ask(now, one, Samples.Noon).State);
        return SchedulerMachine.Answer(state, demand, Samples.Noon).Reason;
    }
}
