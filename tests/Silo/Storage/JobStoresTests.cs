using System.Diagnostics;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;
using SeqCluster.Silo.Storage;
using Xunit.Abstractions;

namespace SeqCluster.Silo.Tests.Storage;

public sealed class JobStoresTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StoreSignals signals = new();
    private readonly SqliteStore store;
    private readonly ITestOutputHelper output;

    public JobStoresTests(ITestOutputHelper output)
    {
        this.output = output;
        store = SqliteStore.Open(folder.Path);
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Metric_OfALaterGeneration_ReplacesItsValueAndMovesToTheEnd()
    {
        var metrics = new SqliteMetricsStore(store, signals);
        await metrics.Append(Reports("j", [new(1, "a", 1), new(2, "a", double.NaN)]));
        await metrics.Append(Reports("j", [new(1, "a", 5)], generation: 2));
        await metrics.Append(Reports("other", [new(1, "a", 7)]));

        Assert.Equal([new JobMetric(2, 2, "a", double.NaN), new JobMetric(3, 1, "a", 5)], await metrics.Read("j", null, 0, 10));
        Assert.Equal([new JobMetric(3, 1, "a", 5)], await metrics.Read("j", "a", 2, 10));
        Assert.Empty(await metrics.Read("j", "b", 0, 10));
    }

    /// <summary>Whoever follows a stream would see it twice: a repetition, another member's word, and what a dead generation's frame says late.</summary>
    [Fact]
    public async Task Metric_ToldAgain_StaysWhereItIs()
    {
        var metrics = new SqliteMetricsStore(store, signals);
        await metrics.Append(Reports("j", [new(1, "a", 5), new(2, "a", double.NaN)], generation: 2));
        await metrics.Append(Reports("j", [new(1, "a", 6)], generation: 2));
        await metrics.Append(Reports("j", [new(1, "a", 7)], generation: 1));
        await metrics.Append(Reports("j", [new(1, "a", 5), new(2, "a", double.NaN)], generation: 3));
        Assert.Equal([new JobMetric(1, 1, "a", 5), new JobMetric(2, 2, "a", double.NaN)], await metrics.Read("j", null, 0, 10));
    }

    [Fact]
    public async Task StepReport_Repeated_IsThereOnceForEachGeneration()
    {
        var metrics = new SqliteMetricsStore(store, signals);
        var reports = Step("j", generation: 1, new ReplicaReport(0, 3, ulong.MaxValue));
        Assert.Equal("", await metrics.Append(reports));
        Assert.Equal("", await metrics.Append(reports with { WorkerId = "another" }));
        Assert.Equal("", await metrics.Append(reports with { Generation = 2 }));
        var told = await metrics.ReadSteps("j", 3, 1);
        Assert.Equal([(1, 1, 4), (1, 2, 4)], told.Select(one => (one.Attempt, one.Generation, one.Step)));
        Assert.All(told, one => Assert.Equal(new ReplicaReport(0, 3, ulong.MaxValue), Assert.Single(one.Replicas)));
        Assert.Empty(await metrics.ReadSteps("j", 4, 10));
    }

    [Theory]
    [InlineData(1, 3, 8, "replica 0 read other data in step 4 by one report (digest 0000000000000007) than by another (0000000000000008) (of attempt 1 generation 1, and of attempt 1 generation 1 told by w)")]
    [InlineData(2, 2, 7, "replica 0 read 3 samples in step 4 by one report and 2 by another (of attempt 1 generation 1, and of attempt 1 generation 2 told by w)")]
    public async Task StepReport_ThatSaysOtherwise_IsToldHoweverOftenItComes(int generation, int samples, ulong digest, string expected)
    {
        var metrics = new SqliteMetricsStore(store, signals);
        Assert.Equal("", await metrics.Append(Step("j", 1, new ReplicaReport(0, 3, 7))));
        var other = Step("j", generation, new ReplicaReport(0, samples, digest));
        Assert.Equal(expected, await metrics.Append(other));
        Assert.Equal(expected, await metrics.Append(other));
        Assert.Equal(7UL, (await metrics.ReadSteps("j", 0, 1))[0].Replicas[0].Digest);
    }

    [Fact]
    public async Task Event_WhoseKeyIsThere_TakesNoNumber()
    {
        var events = new SqliteJobEvents(store, signals);
        await events.Append("j", [Draft("a"), Draft("b")]);
        await events.Append("j", [Draft("b"), Draft("c")]);
        Assert.Equal([(1L, "a"), (2L, "b"), (3L, "c")], (await events.Read("j", 0, 10)).Select(one => (one.Sequence, one.Message)));
        Assert.Equal(3, Assert.Single(await events.Read("j", 2, 10)).Sequence);
    }

    [Fact]
    public async Task Jobs_AreListedNewestFirst()
    {
        var index = new SqliteJobIndex(store);
        await index.Add("old", DateTimeOffset.UnixEpoch);
        await index.Add("a", DateTimeOffset.UnixEpoch.AddDays(1));
        await index.Add("b", DateTimeOffset.UnixEpoch.AddDays(1));
        await index.Add("old", DateTimeOffset.UnixEpoch.AddDays(2));
        Assert.Equal(["b", "a", "old"], await index.List(10));
        Assert.Equal(["b"], await index.List(1));
    }

    [Fact]
    public async Task Write_ThatThrows_LeavesItsNeighboursAndNothingOfItself()
    {
        var metrics = new SqliteMetricsStore(store, signals);
        var good = Enumerable.Range(1, 20).Select(step => metrics.Append(Reports("j", [new(step, "a", step)]))).ToList();
        var bad = store.Write(session =>
        {
            session.Execute("INSERT INTO jobs(job_id, submitted_ticks) VALUES('half', 1)");
            throw new InvalidOperationException("half-way");
        });
        await Task.WhenAll(good);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Empty(await new SqliteJobIndex(store).List(10));
        Assert.Equal(20, (await metrics.Read("j", null, 0, 100)).Count);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Metrics_InBatches_AreStoredFast()
    {
        const int batches = 2_000, points = 250;
        var metrics = new SqliteMetricsStore(store, signals);
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, batches), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (batch, _) =>
            await metrics.Append(Reports($"j{batch % 8}", [.. Enumerable.Range(0, points).Select(i => new MetricPoint(batch, $"worker/{i % 50}/phase{i / 50}_ms", i))])));
        output.WriteLine($"{batches * points / watch.Elapsed.TotalSeconds:N0} points/s, process CPU {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:0.0} s of {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(batches / 8 * points, (await metrics.Read("j0", null, 0, int.MaxValue)).Count);
    }

    private static JobEventDraft Draft(string key) => new(key, DateTimeOffset.UnixEpoch, "kind", key);

    private static WorkerStepReports Step(string jobId, int generation, ReplicaReport replica) =>
        Reports(jobId, [], generation) with { Steps = [new StepReport { Step = 4, Epoch = 1, Replicas = [replica] }] };

    private static WorkerStepReports Reports(string jobId, IReadOnlyList<MetricPoint> metrics, int generation = 1) => new()
    {
        JobId = jobId, Attempt = 1, Generation = generation, WorkerId = "w", Rank = 0, Steps = [], Metrics = metrics,
    };
}
