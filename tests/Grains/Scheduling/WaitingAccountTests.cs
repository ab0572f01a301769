using SeqCluster.Contracts.Jobs;
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
        + " together, and the free ones differ: worker-0 (CPU kernels: AVX2, not AVX512), worker-1 (CPU kernels: AVX512, not AVX2)"
        + " (numerics: portable in the job file pins all processors to one instruction set)",
        Account([Samples.Offer("worker-0", fingerprint: "BLAS: b; CPU kernels: AVX2"), Samples.Offer("worker-1", fingerprint: "BLAS: b; CPU kernels: AVX512")], Samples.Demand("job-a", 2, 2)));

    [Fact]
    public void Of_PortableJobAndAnOldProcessor_SaysWhoCannot() => Assert.Equal(
        "place 1 of 1 in the queue; wants 1 worker; no connected worker matches; worker-0: cannot compute portably (no AVX2 and FMA)",
        Account([Samples.Offer("worker-0")], Samples.Demand("job-a", 1, 1) with { Numerics = Numerics.Portable }));

    [Fact]
    public void Holds_FreeWorkersOfAnotherEnvironment_SaysWhoIsLeftOutAndWhatDiffers() => Assert.Equal(
        "holds worker-0; not worker-1 (LibTorch: 2.7.1, not 1.13.1; GPU: none, not H100): another numerical environment"
        + " (numerics: portable in the job file pins all processors to one instruction set)",
        Account([Samples.Offer("worker-0", fingerprint: "LibTorch: 1.13.1; GPU: H100"), Samples.Offer("worker-1", fingerprint: "LibTorch: 2.7.1")], Samples.Demand("job-a", 1, 2)));

    [Fact]
    public void Holds_AsManyAsItWants_SaysNothingOfOthers() => Assert.Equal(
        "holds worker-0",
        Account([Samples.Offer("worker-0", fingerprint: "a: 1"), Samples.Offer("worker-1", fingerprint: "a: 2")], Samples.Demand("job-a", 1, 1)));

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
