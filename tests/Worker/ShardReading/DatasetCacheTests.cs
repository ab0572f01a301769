using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Shards;
using SeqCluster.Data.Preparation;
using SeqCluster.Transfers;
using SeqCluster.Worker.ShardReading;

namespace SeqCluster.Worker.Tests.ShardReading;

public sealed class DatasetCacheTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-cache-").FullName;
    private readonly PreparedDataset dataset;
    private readonly ShardServer silo;
    private readonly List<string> said = [];
    private int fetches;

    public DatasetCacheTests()
    {
        dataset = Prepare("one");
        silo = new ShardServer(Path.Combine(folder, "silo"));
    }

    private string Cache => Path.Combine(folder, "cache");

    public void Dispose()
    {
        silo.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Open_PathIsHere_UsesItAndAsksNobody()
    {
        using var lease = await OpenAsync(dataset, dataset.ManifestPath);
        Assert.Equal((dataset.Folder, 0, 0), (lease.Folder, fetches, silo.Requests.Count));
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public async Task Open_PathIsElsewhere_FetchesOnceAndIsWhole()
    {
        using (var lease = await OpenAsync(dataset))
        {
            AssertWhole(lease);
        }

        using var again = await OpenAsync(dataset);
        AssertWhole(again);
        Assert.Equal((1, 1 + dataset.Manifest.Files.Count), (fetches, silo.Requests.Count));
        Assert.Contains(said, line => line.StartsWith("fetching dataset", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_ShardInTheCacheIsDamagedOrCut_IsNamedAndFetchedAgain(bool isCut)
    {
        (await OpenAsync(dataset)).Dispose();
        var shard = dataset.Manifest.Files[0];
        var path = Path.Combine(Cache, dataset.Sha256, shard.RelativePath);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[3] ^= 1;
        await File.WriteAllBytesAsync(path, isCut ? bytes[..10] : bytes);
        using var lease = await OpenAsync(dataset);
        AssertWhole(lease);
        Assert.Contains(said, line => line.Contains($"shard {shard.Sha256} in the cache", StringComparison.Ordinal) && line.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal(shard.Sha256, silo.Requests.Last().Sha256);
    }

    [Fact]
    public async Task Open_SharedPathIsDamaged_IsNamedAndFetchedFromTheSilo()
    {
        var copy = Path.Combine(folder, "shared", dataset.Sha256);
        Directory.CreateDirectory(Path.Combine(copy, "shards"));
        File.Copy(dataset.ManifestPath, Path.Combine(copy, "manifest.json"));
        using var lease = await OpenAsync(dataset, Path.Combine(copy, "manifest.json"));
        AssertWhole(lease);
        Assert.Contains(said, line => line.Contains($"shard {dataset.Manifest.Files[0].Sha256} is damaged: missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_AnswersBreakOff_GoesOnFromWhereTheyStopped()
    {
        silo.BreakOff(3);
        using var lease = await OpenAsync(dataset);
        AssertWhole(lease);
        Assert.Contains(silo.Requests, request => request.Range.Length > 0 && request.Range != "bytes=0-");
    }

    [Fact]
    public async Task Open_BySeveralWorkersOfOneHost_FetchesEachFileOnce()
    {
        var gate = new TaskCompletionSource();
        silo.Open = gate.Task;
        var opening = Enumerable.Range(0, 4).Select(_ => Task.Run(() => OpenAsync(dataset))).ToList();
        await Until("others wait", () => said.Count(line => line.Contains("another worker", StringComparison.Ordinal)) == 3);
        gate.SetResult();
        foreach (var lease in await Task.WhenAll(opening).WaitAsync(Deadline))
        {
            AssertWhole(lease);
            lease.Dispose();
        }

        Assert.Equal(silo.Requests.Count, silo.Requests.Select(request => request.Sha256).Distinct().Count());
    }

    [Fact]
    public async Task Open_CacheIsFull_RemovesWhatWasUsedLongestAgoAndNothingInUse()
    {
        var (second, third) = (Prepare("second"), Prepare("third"));
        var bound = 2 * new[] { dataset, second, third }.Max(one => one.Manifest.Files.Sum(file => file.Bytes));
        var used = await OpenAsync(dataset, bound: bound);
        (await OpenAsync(second, bound: bound)).Dispose();
        using var last = await OpenAsync(third, bound: bound);
        Assert.True(Directory.Exists(used.Folder), "removed while it was in use");
        Assert.False(Directory.Exists(Path.Combine(Cache, second.Sha256)), "kept above the bound");

        var fault = await Assert.ThrowsAsync<TransferException>(() => OpenAsync(second, bound: bound));
        Assert.Equal(TransferFault.NoRoom, fault.Kind);
        Assert.Contains("--cache-gigabytes", fault.Message, StringComparison.Ordinal);
        used.Dispose();
        (await OpenAsync(second, bound: bound)).Dispose();
    }

    [Fact]
    public async Task Copies_FetchedAfterOneWasDamaged_AreToldToTheSilo()
    {
        var dataset = Prepare("told");
        (await OpenAsync(dataset)).Dispose();
        var damaged = dataset.Manifest.Files[0];
        await File.WriteAllBytesAsync(Path.Combine(Cache, dataset.Sha256, damaged.RelativePath), new byte[7]);
        (await OpenAsync(dataset, place: "w-0")).Dispose();
        var (path, body) = await silo.Told.Task.WaitAsync(Deadline);
        Assert.Equal($"/v1/worker/datasets/{dataset.Sha256}/copies", path);
        var report = JsonSerializer.Deserialize<CopyReport>(body, JsonSerializerOptions.Web)!;
        Assert.Equal(("w-0", damaged.Sha256), (report.Place, Assert.Single(report.Damaged).Sha256));
        Assert.Equal(dataset.Manifest.Files.Select(file => file.Sha256).Order(), report.Verified.Order());
    }

    private static async Task Until(string what, Func<bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, $"within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    private PreparedDataset Prepare(string name)
    {
        var text = Path.Combine(folder, name + ".txt");
        File.WriteAllLines(text, Enumerable.Range(0, 500).Select(number => $"{name} {number}"));
        return DataCatalog.Prepare(Path.Combine(folder, "silo"), new PreparationRequest("text", JsonSerializer.Serialize(new TextSettings { Path = [text], ValidationFraction = 0.2 }, JsonSerializerOptions.Web), folder, 16));
    }

    private Task<DatasetLease> OpenAsync(PreparedDataset which, string path = "/elsewhere/manifest.json", long bound = 1 << 30, string place = "") =>
        new DatasetCache(Cache, bound, silo.Access, TimeProvider.System) { Place = place }.OpenAsync(
            new DataSpec { ManifestPath = path, ManifestSha256 = which.Sha256 },
            line =>
            {
                lock (said)
                {
                    said.Add(line);
                }
            },
            () => Interlocked.Increment(ref fetches),
            new CancellationTokenSource(Deadline).Token);

    private void AssertWhole(DatasetLease lease) => Assert.All(
        lease.Manifest.Files, file => Assert.True(new FileContent("", file.Bytes, file.Sha256).IsAt(Path.Combine(lease.Folder, file.RelativePath), out var fault), fault));
}
