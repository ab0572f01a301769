using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Scheduling;

namespace SeqCluster.Grains.Tests.Scheduling;

public sealed class WorkerChoiceTests
{
    [Fact]
    public void Choose_OneHostIsLargeEnough_StaysOnTheSmallestSuchHost()
    {
        WorkerOffer[] workers =
        [
            Samples.Offer("w0", host: "large"), Samples.Offer("w1", host: "large"), Samples.Offer("w2", host: "large"),
            Samples.Offer("w3", host: "small"), Samples.Offer("w4", host: "small"),
        ];
        Assert.Equal(["w3", "w4"], Choose(workers, 2, 2));
        Assert.Equal(["w0", "w1", "w2", "w3"], Choose(workers, 1, 4));
    }

    [Fact]
    public void Choose_TwoEnvironments_TakesOneOnly()
    {
        WorkerOffer[] workers =
        [
            Samples.Offer("w0", fingerprint: "old"), Samples.Offer("w1", fingerprint: "new"), Samples.Offer("w2", fingerprint: "new"),
        ];
        Assert.Equal(["w1", "w2"], Choose(workers, 1, 3));
        Assert.Empty(Choose(workers, 3, 3));
    }

    [Fact]
    public void Choose_SameWorkersInAnotherOrder_ChoosesTheSame()
    {
        WorkerOffer[] workers = Enumerable.Range(0, 12).Select(index => Samples.Offer($"w{index:00}", host: $"h{index % 3}", fingerprint: $"f{index % 2}")).ToArray();
        string[] chosen = Choose(workers, 2, 5);
        var random = new Random(7);
        for (int run = 0; run < 50; run++)
        {
            random.Shuffle(workers);
            Assert.Equal(chosen, Choose(workers, 2, 5));
        }
    }

    [Theory]
    [InlineData(Numerics.Native, "w1 w2")]
    [InlineData(Numerics.Portable, "w0 w1")]
    [InlineData(Numerics.Any, "w0 w1 w2 w3")]
    public void Choose_Numerics_SaysWhoGoesTogether(string numerics, string chosen)
    {
        WorkerOffer[] workers =
        [
            Samples.Offer("w0", fingerprint: "old") with { PortableFingerprint = "p" }, Samples.Offer("w1", fingerprint: "new") with { PortableFingerprint = "p" },
            Samples.Offer("w2", fingerprint: "new"), Samples.Offer("w3", fingerprint: "third") with { PortableFingerprint = "q" },
        ];
        SchedulerState state = workers.Aggregate(SchedulerState.Empty, (now, worker) => SchedulerMachine.WorkerUp(now, worker, Samples.Noon).State);
        WorkerDemand demand = Samples.Demand("job", 2, 4) with { Numerics = numerics };
        Assert.Equal(chosen, string.Join(' ', SchedulerMachine.Answer(SchedulerMachine.Ask(state, demand, Samples.Noon).State, demand, Samples.Noon).Workers.Select(worker => worker.WorkerId)));
    }

    [Theory]
    [InlineData("cpu", "any", true)]
    [InlineData("cuda:1", "any", true)]
    [InlineData("cpu", "cpu", true)]
    [InlineData("cuda:1", "cpu", false)]
    [InlineData("cuda:1", "cuda", true)]
    [InlineData("cpu", "cuda", false)]
    public void Matches_Device_AsTheJobFileSays(string offered, string wanted, bool matches) =>
        Assert.Equal(matches, WorkerChoice.Matches(Samples.Offer("w", device: offered), wanted));

    private static string[] Choose(WorkerOffer[] workers, int min, int max) =>
        WorkerChoice.Choose(workers, Samples.Demand("job", min, max)).Select(worker => worker.WorkerId).ToArray();
}
