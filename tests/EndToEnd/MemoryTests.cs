using SeqCluster.Contracts.Jobs;
using Xunit.Abstractions;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>What a worker holds in memory does not grow with the steps that it has done.</summary>
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int Steps = 2_400;
    private const int Settled = 300;
    private const double MostGrowth = 1.05;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(15);

    [TorchFact]
    [Trait("Category", "Long")]
    public async Task Workers_Over2000Steps_StayAsLargeAsAfter300()
    {
        using var cluster = new Cluster(workers: 2);
        await cluster.AllWorkersAsync(2);
        var job = await cluster.SubmitAsync(
            JobFiles.Small(cluster.WriteText(), replicas: 2, Steps), "workers.min=2", "workers.max=2", "model.width=64", "model.block=32", "evaluate.everySteps=200");
        await cluster.UntilAsync(job.JobId, $"{Settled} steps", status => status.Step >= Settled, Bound);
        var workers = cluster.WorkerProcesses();
        var settled = workers.Select(ProcessTree.ResidentBytes).ToList();
        await cluster.UntilAsync(job.JobId, $"{Steps - 100} steps", status => status.Step >= Steps - 100, Bound);
        var last = workers.Select(ProcessTree.ResidentBytes).ToList();
        for (var index = 0; index < workers.Count; index++)
        {
            output.WriteLine($"worker process {workers[index]}: {settled[index] >> 20} MiB after {Settled} steps, {last[index] >> 20} MiB after {Steps - 100}");
            Assert.InRange(last[index], 1, settled[index] * MostGrowth);
        }

        Assert.Equal(JobState.Completed, (await cluster.FinishAsync(job.JobId)).State);
    }
}
