using System.Security.Cryptography;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>
/// The promise, on real processes: one job file and one seed end in the same bits on any number of workers, with either
/// strategy, over either transport, with clipping, dropout and weight decay on. R is 5 and 6: at 2 any order of additions passes.
/// </summary>
public sealed class SameResultTests : IClassFixture<SameResultTests.FourWorkers>
{
    private readonly Cluster cluster;

    public SameResultTests(FourWorkers fixture) => cluster = fixture.Cluster;

    [TorchTheory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Weights_OnOneToFourWorkers_AreTheSameBits(int replicas)
    {
        var file = JobFiles.Small(cluster.WriteText(), replicas);
        var one = await RunAsync(file, workers: 1);
        foreach (var (workers, extra) in new[]
        {
            (2, "train.strategy=allReduce"),
            (3, "train.strategy=parameterServer"),
            (4, "train.strategy=allReduce"),
            (2, "workers.transport=tcp"),
        })
        {
            var many = await RunAsync(file, workers, extra);
            Assert.Equal((one.WeightsSha256, one.StateSha256), (many.WeightsSha256, many.StateSha256));
            Assert.Equal((one.TrainLoss, one.ValidationLoss), (many.TrainLoss, many.ValidationLoss));
        }

        Assert.NotEqual(one.WeightsSha256, (await RunAsync(file, workers: 2, "seed=2")).WeightsSha256);
    }

    [TorchTheory]
    [InlineData("transformer")]
    [InlineData("seq2seq")]
    [InlineData("tracks")]
    [InlineData("tcn")]
    [InlineData("recurrent-series")]
    public async Task EveryFamily_OnOneToThreeWorkers_HasTheSameBitsAndScores(string family)
    {
        var file = JobFiles.Families(cluster.WriteText(), replicas: 5)[family];
        var one = await RunAsync(file, workers: 1);
        foreach (var (workers, extra) in new[] { (2, "train.strategy=parameterServer"), (3, "train.strategy=allReduce") })
        {
            var many = await RunAsync(file, workers, extra);
            Assert.Equal((one.WeightsSha256, one.StateSha256, one.ValidationLoss), (many.WeightsSha256, many.StateSha256, many.ValidationLoss));
            Assert.Equal(one.Scores, many.Scores);
            Assert.NotEmpty(many.Scores);
        }
    }

    [TorchFact]
    public async Task Weights_OfAWaveNet_AreTheSameBits() => await AssertSameAsync(JobFiles.Sound(replicas: 5));

    [TorchFact]
    public async Task Weights_OfAnOwnModel_AreTheSameBits()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(FourWorkers.OwnAssembly)));
        await AssertSameAsync(JobFiles.Own(cluster.WriteText(), FourWorkers.OwnAssembly, hash, replicas: 5));

        var other = await cluster.SubmitAsync(JobFiles.Own(cluster.WriteText(), FourWorkers.OwnAssembly, new string('0', 64), replicas: 5));
        other = await cluster.FinishAsync(other.JobId);
        Assert.Equal(JobState.Failed, other.State);
        Assert.Contains("whose content is another one", other.Reason, StringComparison.Ordinal);
    }

    private async Task AssertSameAsync(string file)
    {
        var one = await RunAsync(file, workers: 1);
        foreach (var workers in new[] { 2, 3 })
        {
            var many = await RunAsync(file, workers);
            Assert.Equal((one.WeightsSha256, one.StateSha256, one.ValidationLoss), (many.WeightsSha256, many.StateSha256, many.ValidationLoss));
        }

        Assert.NotEqual(one.WeightsSha256, (await RunAsync(file, workers: 2, "seed=2")).WeightsSha256);
    }

    private async Task<JobResult> RunAsync(string file, int workers, params string[] overrides)
    {
        await cluster.AllWorkersAsync(4);
        var job = await cluster.SubmitAsync(file, [$"workers.min={workers}", $"workers.max={workers}", .. overrides]);
        job = await cluster.FinishAsync(job.JobId);
        Assert.True(job.State == JobState.Completed, $"{job.State}: {job.Reason}");
        await AssertEveryWorkerContributedAsync(job, workers);
        return job.Result!;
    }

    // From what the readers reported: one generation of so many workers, each of which hosts replicas, and in every step all were fed.
    private async Task AssertEveryWorkerContributedAsync(JobStatus job, int workers)
    {
        var (generations, steps) = await cluster.LedgerAsync(job.JobId);
        Assert.Equal(workers, Assert.Single(generations).Workers.Distinct().Count());
        Assert.Equal(Enumerable.Range(1, job.Steps), steps.Select(step => step.Step));
        var replicas = job.Spec.Workers.Replicas;
        foreach (var step in steps)
        {
            Assert.Equal(Enumerable.Range(0, replicas), step.Replicas.Select(replica => replica.Replica));
            Assert.All(Enumerable.Range(0, workers), rank => Assert.Contains(
                step.Replicas.Skip(rank * replicas / workers).Take(((rank + 1) * replicas / workers) - (rank * replicas / workers)), replica => replica.Samples > 0));
        }
    }

    public sealed class FourWorkers : IDisposable
    {
        private readonly Lazy<Cluster> cluster = new(() => new Cluster(workers: 4, "--allow-assembly", OwnAssembly));

        /// <summary>Built with these tests.</summary>
        public static string OwnAssembly { get; } = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "../../OwnModel", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "OwnModel.dll"));

        public Cluster Cluster => cluster.Value;

        public void Dispose()
        {
            if (cluster.IsValueCreated)
            {
                cluster.Value.Dispose();
            }
        }
    }
}
