using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Api;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Tests.Checkpoints;

/// <summary>Checkpoints on their way from a worker that shares no disk with the silo, and to whoever wants them.</summary>
public sealed class CheckpointTransferTests(TestSilo silo) : IClassFixture<TestSilo>, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Checkpoint_Uploaded_IsThereWholeOnlyWhenItIsCommittedAndThenForEverybody()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "far");
        var id = await silo.Submit();
        await RunningAsync(id);
        var files = Write("weights");
        foreach (var file in files)
        {
            await SendAsync($"v1/worker/checkpoints/{id}/1/3", file);
        }

        Assert.False(Directory.Exists(PathOf(id)));
        await Upload().ConfirmAsync($"v1/worker/checkpoints/{id}/1/3:commit", files, Deadline.Token());

        // Its answer may be lost: asking again is harmless.
        await Upload().ConfirmAsync($"v1/worker/checkpoints/{id}/1/3:commit", files, Deadline.Token());
        Assert.Equal(files.Select(file => file.Sha256), files.Select(file => FileContent.HashOf(Path.Combine(PathOf(id), file.Name))));
        await worker.Work(steps: 3);
        await Deadline.Until("the job is completed", async () => (await silo.Status(id)).State == JobState.Completed);

        var download = new FolderDownload(silo.Http, TimeProvider.System, said.Add);
        foreach (var (name, path) in new[] { ("worker", $"v1/worker/checkpoints/{id}/1/3"), ("client", $"v1/jobs/{id}/checkpoints/3") })
        {
            var target = Path.Combine(folder.Path, name);
            await download.FetchAsync(path, target, null, Deadline.Token());
            Assert.Equal(files, Directory.EnumerateFiles(target).Order(StringComparer.Ordinal).Select(FileContent.Of));
        }

        Assert.Empty(said);
        await worker.Send(new GoodbyeFrame { Reason = "done" });
    }

    [Fact]
    public async Task Commit_FileIsMissingOrOther_IsRefusedAndNothingIsPermanent()
    {
        using var worker = await WireClient.Join(silo.Host.Url, "hasty");
        var id = await silo.Submit("workers: { min: 1 }");
        await RunningAsync(id);
        var files = Write("half");
        await SendAsync($"v1/worker/checkpoints/{id}/1/3", files[0]);
        foreach (var list in new[] { files, [files[0] with { Sha256 = new string('0', 64) }], [] })
        {
            var fault = await Assert.ThrowsAsync<TransferException>(() => Upload().ConfirmAsync($"v1/worker/checkpoints/{id}/1/3:commit", list, Deadline.Token()));
            Assert.Equal(TransferFault.Refused, fault.Kind);
        }

        Assert.False(Directory.Exists(PathOf(id)));
        await silo.Http.PostAsync($"/v1/jobs/{id}:cancel", null);
        await worker.Send(new GoodbyeFrame { Reason = "done" });
    }

    [Fact]
    public async Task Upload_OfAnAttemptThatIsOver_IsRefused()
    {
        var id = await silo.Submit();
        using (var early = await Put($"/v1/worker/checkpoints/{id}/7/3/weights.safetensors"))
        {
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
            Assert.Contains("attempt 7 of the job is over", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await silo.Http.PostAsync($"/v1/jobs/{id}:cancel", null);
        using var late = await Put($"/v1/worker/checkpoints/{id}/{(await silo.Status(id)).Attempt}/3/weights.safetensors");
        Assert.True(late.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound, $"{late.StatusCode}");
    }

    [Theory]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/1/3/..%2f..%2fx", HttpStatusCode.BadRequest)]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/1/3/.store", HttpStatusCode.BadRequest)]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/1/3/a..b", HttpStatusCode.BadRequest)]
    [InlineData("/v1/worker/checkpoints/..%2f..%2fetc/1/3/passwd", HttpStatusCode.NotFound)]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/0/3/weights.safetensors", HttpStatusCode.NotFound)]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/1/-3/weights.safetensors", HttpStatusCode.NotFound)]
    public async Task Upload_ToAPathThatEscapes_IsRefused(string path, HttpStatusCode status)
    {
        using var response = await Put(path);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/jobs/..%2f..%2fetc/checkpoints/3/passwd")]
    [InlineData("/v1/jobs/tiny-aaaaaa/checkpoints/3/weights.safetensors")]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/1/3/..%2f..%2f..%2f.store")]
    [InlineData("/v1/worker/checkpoints/tiny-aaaaaa/1/3")]
    public async Task Fetch_OfWhatIsNoCheckpoint_IsNotFound(string path)
    {
        using var response = await silo.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public void Store_HasAMarkThatStays() =>
        Assert.Equal(32, File.ReadAllText(Path.Combine(silo.Store, "checkpoints", Contracts.Workers.Assignment.StoreMarkFile)).Length);

    private Task RunningAsync(string id) => Deadline.Until("the job has its worker", async () => (await silo.Status(id)).Attempt == 1);

    private string PathOf(string id) => Path.Combine(silo.Store, "checkpoints", id, "attempt-1", "step-000000003");

    private FileUpload Upload() => new(silo.Http, TimeProvider.System, said.Add);

    private Task SendAsync(string path, FileContent file) =>
        Upload().SendAsync($"{path}/{file.Name}?sha256={file.Sha256}", Path.Combine(folder.Path, "local", file.Name), file, null, Deadline.Token());

    private async Task<HttpResponseMessage> Put(string path) => await silo.Http.PutAsync(
        $"{path}?sha256={new string('0', 64)}", new ByteArrayContent([1]) { Headers = { ContentRange = new ContentRangeHeaderValue(0, 0, 5) } });

    // Two pieces and a bit.
    private List<FileContent> Write(string content)
    {
        var local = Directory.CreateDirectory(Path.Combine(folder.Path, "local")).FullName;
        var weights = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(content, FileUpload.PieceBytes * 2 / content.Length)) + "the end");
        File.WriteAllBytes(Path.Combine(local, "weights.safetensors"), weights);
        File.WriteAllText(Path.Combine(local, "manifest.json"), JsonSerializer.Serialize(
            new { files = new Dictionary<string, string> { ["weights.safetensors"] = FileContent.HashOf(Path.Combine(local, "weights.safetensors")) } }, ApiJson.Options));
        return [FileContent.Of(Path.Combine(local, "manifest.json")), FileContent.Of(Path.Combine(local, "weights.safetensors"))];
    }
}
