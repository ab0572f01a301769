namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>Pushes may be lost: they come again.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Announcement_Repeated_IsPushedAgain()
    {
        await using TestCluster cluster = await TestCluster.Start();
        FakeWorker worker = await cluster.AddWorker("worker-0");
        await cluster.Submit("job-a", Samples.Spec());
        await cluster.Until("the work is pushed", () => Task.FromResult(worker.PushedVersion), version => version > 0);
        (int before, long pushed) = (worker.Pushes, worker.PushedVersion);
        await cluster.Until("it is pushed twice more", () => Task.FromResult(worker.Pushes), pushes => pushes >= before + 2);
        Assert.Equal(pushed, worker.PushedVersion);
    }
}
