using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using SeqCluster.Contracts.Datasets;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Shards;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Tests.Security;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Tests.Datasets;

/// <summary>Datasets on their way to a silo and from it: whole or not at all, wherever the way breaks.</summary>
public sealed class DatasetTransferTests : IClassFixture<GuardedSilo>, IDisposable
{
    private readonly GuardedSilo silo;
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client;
    private readonly HttpClient worker;
    private readonly List<string> said = [];

    public DatasetTransferTests(GuardedSilo silo)
    {
        this.silo = silo;
        (client, worker) = (silo.Http(silo.ClientToken), silo.Http(silo.WorkerToken));
    }

    public void Dispose()
    {
        client.Dispose();
        worker.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Upload_ThenJobByName_WorkerFetchesEveryFileByItsHash()
    {
        var dataset = Prepare("one");
        await UploadAsync(dataset);
        var shown = (await client.GetFromJsonAsync<DatasetStatus>($"/v1/datasets/{dataset.Sha256}", ApiJson.Options))!;
        Assert.Equal((true, "text", 0), (shown.IsComplete, shown.Kind, shown.Missing!.Count));
        Assert.Contains(dataset.Sha256, (await client.GetFromJsonAsync<List<DatasetStatus>>("/v1/datasets", ApiJson.Options))!.Select(one => one.Sha256));
        using (var response = await client.PostAsJsonAsync("/v1/jobs", new { name = "tiny.yaml", file = TestSilo.JobText, manifestSha256 = dataset.Sha256 }, ApiJson.Options))
        {
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            var data = (await response.Content.ReadFromJsonAsync<JobStatus>(ApiJson.Options))!.Spec.Data;
            Assert.Equal(dataset.Sha256, data.ManifestSha256);
            Assert.Equal(dataset.Manifest.ToBytes(), await File.ReadAllBytesAsync(data.ManifestPath));
        }

        var fetch = new FileDownload(worker, TimeProvider.System, said.Add);
        foreach (var file in dataset.Manifest.Files)
        {
            var target = Path.Combine(folder.Path, file.Sha256);

            // The beginning is there already, from a transfer that was cut off.
            await File.WriteAllBytesAsync(target + ".part", (await File.ReadAllBytesAsync(Path.Combine(dataset.Folder, file.RelativePath)))[..100]);
            await fetch.FetchAsync($"v1/worker/datasets/{dataset.Sha256}/{file.Sha256}", target, Content(file), null, Deadline.Token());
            Assert.Equal(file.Sha256, FileContent.HashOf(target));
        }

        Assert.Empty(said);
    }

    [Fact]
    public async Task Copies_WorkerTells_AreShownAfterAJobNamedTheDataset()
    {
        var dataset = Prepare("held");
        var shards = dataset.Manifest.Files.Select(file => file.Sha256).ToList();
        await UploadAsync(dataset);
        var report = new CopyReport { Place = "w-0", Verified = shards, Damaged = [new(shards[0], new string('x', 9_999))] };
        async Task<HttpStatusCode> Tell(object body)
        {
            using var answer = await worker.PostAsJsonAsync($"/v1/worker/datasets/{dataset.Sha256}/copies", body, ApiJson.Options);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.NotFound, await Tell(report));
        using var job = await client.PostAsJsonAsync("/v1/jobs", new { name = "tiny.yaml", file = TestSilo.JobText, manifestSha256 = dataset.Sha256 }, ApiJson.Options);
        Assert.Equal(HttpStatusCode.Created, job.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await Tell(report));
        Assert.Equal(HttpStatusCode.BadRequest, await Tell(report with { Place = new string('w', 200) }));
        Assert.Equal(HttpStatusCode.BadRequest, await Tell(report with { Verified = ["../x"] }));
        Assert.Equal(HttpStatusCode.BadRequest, await Tell(new { place = "w-0", damaged = new object?[] { null } }));
        var shown = (await client.GetFromJsonAsync<DatasetShards>($"/v1/datasets/{dataset.Sha256}/shards", ApiJson.Options))!;
        Assert.Equal(shards, shown.Shards.Select(shard => shard.Sha256));
        Assert.All(shown.Shards, shard => Assert.Equal(["silo", "w-0"], shard.Holders));
        Assert.InRange(Assert.Single(shown.Shards[0].Damages).Length, 500, 600);
    }

    [Fact]
    public async Task Fetch_BeginningIsDamaged_IsThrownAwayNamedAndFetchedAgain()
    {
        var dataset = Prepare("damaged");
        await UploadAsync(dataset);
        var file = dataset.Manifest.Files[0];
        var target = Path.Combine(folder.Path, "shard");
        await File.WriteAllBytesAsync(target + ".part", new byte[10]);
        await new FileDownload(worker, TimeProvider.System, said.Add).FetchAsync($"v1/worker/datasets/{dataset.Sha256}/{file.Sha256}", target, Content(file), null, Deadline.Token());
        Assert.Contains(file.Sha256, Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(file.Sha256, FileContent.HashOf(target));
    }

    [Fact]
    public async Task Fetch_SilosOwnCopyIsDamaged_FailsAndNamesTheShard()
    {
        var dataset = Prepare("rotten");
        await UploadAsync(dataset);
        var file = dataset.Manifest.Files[0];
        var kept = Path.Combine(silo.Folder.Path, "datasets", dataset.Sha256, file.RelativePath);
        var bytes = await File.ReadAllBytesAsync(kept);
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(kept, bytes);
        var fault = await Assert.ThrowsAsync<TransferException>(() =>
            new FileDownload(worker, TimeProvider.System, said.Add).FetchAsync($"v1/worker/datasets/{dataset.Sha256}/{file.Sha256}", Path.Combine(folder.Path, "x"), Content(file), null, Deadline.Token()));
        Assert.Equal(TransferFault.Damaged, fault.Kind);
        Assert.Contains(file.Sha256, fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "x")));
    }

    [Fact]
    public async Task Upload_Interrupted_GoesOnFromWhatIsThere()
    {
        var dataset = Prepare("resumed");
        var file = dataset.Manifest.Files[0];
        var shard = await File.ReadAllBytesAsync(Path.Combine(dataset.Folder, file.RelativePath));
        await Upload(client).SendAsync(PathOf(dataset, dataset.Sha256), dataset.ManifestPath, Manifest(dataset), null, Deadline.Token());
        using (var half = await Put(dataset, file, shard[..(shard.Length / 2)], 0))
        {
            Assert.Equal(($"{shard.Length / 2}", HttpStatusCode.OK), (half.Headers.GetValues(FileUpload.OffsetHeader).Single(), half.StatusCode));
        }

        Assert.Contains(file.Sha256, (await client.GetFromJsonAsync<DatasetStatus>($"/v1/datasets/{dataset.Sha256}", ApiJson.Options))!.Missing!);
        var pieces = new List<long>();
        await Upload(client).SendAsync(PathOf(dataset, file.Sha256), Path.Combine(dataset.Folder, file.RelativePath), Content(file), pieces.Add, Deadline.Token());
        Assert.Equal([shard.Length / 2, shard.Length - (shard.Length / 2)], pieces);
    }

    [Fact]
    public async Task Upload_WrongContent_IsThrownAwayAndRefused()
    {
        var dataset = Prepare("forged");
        var file = dataset.Manifest.Files[0];
        await Upload(client).SendAsync(PathOf(dataset, dataset.Sha256), dataset.ManifestPath, Manifest(dataset), null, Deadline.Token());
        var forged = Path.Combine(folder.Path, "forged");
        await File.WriteAllBytesAsync(forged, new byte[file.Bytes]);
        var fault = await Assert.ThrowsAsync<TransferException>(() => Upload(client).SendAsync(PathOf(dataset, file.Sha256), forged, Content(file), null, Deadline.Token()));
        Assert.Equal(TransferFault.Damaged, fault.Kind);
        Assert.False((await client.GetFromJsonAsync<DatasetStatus>($"/v1/datasets/{dataset.Sha256}", ApiJson.Options))!.IsComplete);
        using var job = await client.PostAsJsonAsync("/v1/jobs", new { name = "tiny.yaml", file = TestSilo.JobText, manifestSha256 = dataset.Sha256 }, ApiJson.Options);
        Assert.Equal(HttpStatusCode.BadRequest, job.StatusCode);
        Assert.Contains("has no such dataset", await job.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"format":2,"data":{"kind":"text"},"train":[{"sha256":"../../../../etc/passwd","tokens":5}],"validation":[],"sources":[]}""")]
    [InlineData("""{"format":2,"data":{"kind":"text"},"train":[null],"validation":[],"sources":[]}""")]
    [InlineData("""{"format":2,"data":{"kind":"text"},"train":[{"sha256":"0000000000000000000000000000000000000000000000000000000000000000","tokens":4611686018427387904}],"validation":[],"sources":[]}""")]
    public async Task Upload_ManifestThatIsNone_IsRefusedAndLeavesNothing(string text)
    {
        var path = Path.Combine(folder.Path, "manifest.json");
        await File.WriteAllTextAsync(path, text);
        var content = FileContent.Of(path);
        var fault = await Assert.ThrowsAsync<TransferException>(() => Upload(client).SendAsync($"v1/datasets/{content.Sha256}/{content.Sha256}", path, content, null, Deadline.Token()));
        Assert.StartsWith(content.Name, fault.Message, StringComparison.Ordinal);
        Assert.Contains("400", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(silo.Folder.Path, "datasets", ".uploads", content.Sha256, "manifest.json")));
    }

    [Theory]
    [InlineData("PUT", "/v1/datasets/../../secret", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/v1/datasets/%2e%2e%2fsecret/0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/datasets/0000000000000000000000000000000000000000000000000000000000000000/..%2f..%2fsilo.json", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/datasets/0000000000000000000000000000000000000000000000000000000000000000/1111111111111111111111111111111111111111111111111111111111111111", HttpStatusCode.Conflict)]
    [InlineData("GET", "/v1/datasets/..%2fseqcluster.db", HttpStatusCode.NotFound)]
    public async Task Path_ThatEscapes_IsRefused(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent([1]) { Headers = { ContentRange = new ContentRangeHeaderValue(0, 0, 1) } } };
        using var response = await client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Worker_AsksForWhatItMayNot_IsRefused()
    {
        var dataset = Prepare("guarded");
        await UploadAsync(dataset);
        using var escape = await worker.GetAsync($"/v1/worker/datasets/{dataset.Sha256}/..%2f..%2f..%2fseqcluster.db");
        Assert.Equal(HttpStatusCode.NotFound, escape.StatusCode);
        using var list = await worker.GetAsync("/v1/datasets");
        Assert.Equal(HttpStatusCode.Forbidden, list.StatusCode);
        using var fetched = await client.GetAsync($"/v1/worker/datasets/{dataset.Sha256}/{dataset.Sha256}");
        Assert.Equal(HttpStatusCode.Forbidden, fetched.StatusCode);
    }

    [Fact]
    public async Task Piece_OutOfPlace_IsRefusedWithWhereToGoOn()
    {
        var dataset = Prepare("pieces");
        var file = dataset.Manifest.Files[0];
        await Upload(client).SendAsync(PathOf(dataset, dataset.Sha256), dataset.ManifestPath, Manifest(dataset), null, Deadline.Token());
        using (var gap = await Put(dataset, file, [1, 2], 7))
        {
            Assert.Equal((HttpStatusCode.Conflict, "0"), (gap.StatusCode, gap.Headers.GetValues(FileUpload.OffsetHeader).Single()));
        }

        using (var other = await Put(dataset, file with { Bytes = 3 }, [1, 2], 0))
        {
            Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        }

        using var bare = await client.PutAsync(PathOf(dataset, file.Sha256), new ByteArrayContent([1]));
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        Assert.Contains("bytes */5000000", await bare.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string PathOf(PreparedDataset dataset, string sha256) => $"v1/datasets/{dataset.Sha256}/{sha256}";

    private static FileContent Content(DatasetFile file) => new($"shard {file.Sha256}", file.Bytes, file.Sha256);

    private static FileContent Manifest(PreparedDataset dataset) => new("the manifest", new FileInfo(dataset.ManifestPath).Length, dataset.Sha256);

    private FileUpload Upload(HttpClient http) => new(http, TimeProvider.System, said.Add);

    private async Task<HttpResponseMessage> Put(PreparedDataset dataset, DatasetFile file, byte[] piece, long from) => await client.PutAsync(
        PathOf(dataset, file.Sha256),
        new ByteArrayContent(piece) { Headers = { ContentRange = new ContentRangeHeaderValue(from, from + piece.Length - 1, file.Bytes) } });

    private PreparedDataset Prepare(string name)
    {
        var text = new StringBuilder();
        for (var line = 0; line < 5_000; line++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name} {line}\n");
        }

        File.WriteAllText(Path.Combine(folder.Path, "text.txt"), text.ToString());
        return DataCatalog.Prepare(Path.Combine(folder.Path, "datasets"), new PreparationRequest("text", """{"path":["text.txt"]}""", folder.Path));
    }

    private async Task UploadAsync(PreparedDataset dataset)
    {
        await Upload(client).SendAsync(PathOf(dataset, dataset.Sha256), dataset.ManifestPath, Manifest(dataset), null, Deadline.Token());
        foreach (var file in dataset.Manifest.Files)
        {
            await Upload(client).SendAsync(PathOf(dataset, file.Sha256), Path.Combine(dataset.Folder, file.RelativePath), Content(file), null, Deadline.Token());
        }
    }
}
