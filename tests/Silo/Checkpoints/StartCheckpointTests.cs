using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Silo.Api;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Tests.Checkpoints;

/// <summary>The checkpoint that a new job begins with: what fits is taken into the store, what does not is told at once.</summary>
public sealed class StartCheckpointTests(TestSilo silo) : IClassFixture<TestSilo>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Submit_ToContinue_TakesACopyWhichIsTheJobsOwn()
    {
        var source = await WriteAsync();
        var (status, job) = await SubmitAsync(source, "continues: true");
        Assert.True(status == HttpStatusCode.Created, job.ToJsonString());
        var taken = job["spec"]!["start"]!["taken"]!;
        var id = (string)job["jobId"]!;
        Assert.Equal((2, $"{id}/attempt-0/step-000000002", "ww", "ss"), ((int)taken["step"]!, (string)taken["reference"]!, (string)taken["weightsSha256"]!, (string)taken["stateSha256"]!));
        var copy = Path.Combine(silo.Store, "checkpoints", id, "attempt-0", "step-000000002");
        Assert.Equal(
            Directory.EnumerateFiles(source).Order(StringComparer.Ordinal).Select(FileContent.Of),
            Directory.EnumerateFiles(copy).Order(StringComparer.Ordinal).Select(FileContent.Of));
        Assert.Single(Directory.EnumerateDirectories(Path.GetDirectoryName(copy)!));

        // A worker of another machine gets it from here, and can put nothing there.
        using var list = await silo.Http.GetAsync($"/v1/worker/checkpoints/{id}/0/2");
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        using var written = await silo.Http.PostAsync($"/v1/worker/checkpoints/{id}/0/2:commit", new StringContent("[]", null, "application/json"));
        Assert.Equal(HttpStatusCode.NotFound, written.StatusCode);
    }

    [Fact]
    public async Task Submit_ToContinueWhatDoesNotFit_IsToldWholeAndLeavesNothing()
    {
        var source = await WriteAsync(job => job with
        {
            Seed = 9,
            Train = job.Train with { Steps = 50, MicroBatch = 7 },
            Model = job.Model with { SettingsJson = """{"block":3,"other":1}""" },
        }, step: 3);
        var (status, problem) = await SubmitAsync(source, "continues: true");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            ["seed = 1: the checkpoint's job has 9", "train.microBatch = 16: the checkpoint's job has 7", "model.block = 8: the checkpoint's job has 3", "train.steps = 3: the checkpoint is of step 3"],
            Faults(problem).Select(fault => fault.Split([": who", ": nothing"], StringSplitOptions.None)[0]));
        var checkpoints = new DirectoryInfo(Path.Combine(silo.Store, "checkpoints"));
        Assert.DoesNotContain(checkpoints.Exists ? checkpoints.EnumerateDirectories("step-000000003", SearchOption.AllDirectories) : [], one => one.Parent!.Name == "attempt-0");
    }

    [Theory]
    [InlineData("missing", "start.checkpoint = {0}: there is no such folder on the silo's machine")]
    [InlineData("empty", "start.checkpoint = {0}: there is no manifest.json in it: a checkpoint is a folder with one")]
    [InlineData("damaged", "start.checkpoint = {0}: weights.safetensors is damaged: its SHA-256 is")]
    [InlineData("unsealed", "start.checkpoint = {0}: manifest.json is not as it was written: its own SHA-256 does not fit")]
    [InlineData("other", "start.weightsSha256 = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: the checkpoint's weights are ww")]
    public async Task Submit_FromWhatIsNoCheckpoint_IsRefusedByItsName(string how, string fault)
    {
        var source = await WriteAsync();
        switch (how)
        {
            case "missing": Directory.Delete(source, recursive: true); break;
            case "empty": File.Delete(Path.Combine(source, "manifest.json")); break;
            case "damaged": File.AppendAllText(Path.Combine(source, "weights.safetensors"), "x"); break;
            case "unsealed": File.AppendAllText(Path.Combine(source, "manifest.json"), " "); break;
            default: break;
        }

        var (status, problem) = await SubmitAsync(source, how == "other" ? $"weightsSha256: {new string('a', 64)}" : "newTensors: head.*");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(fault.Replace("{0}", source, StringComparison.Ordinal), Assert.Single(Faults(problem)), StringComparison.Ordinal);
    }

    /// <summary>Equal shapes, other tokens: every row of an embedding would mean something else.</summary>
    [Theory]
    [InlineData("newTensors: head.*", null)]
    [InlineData("continues: false", "data = 7 tokens (char): the checkpoint's are 7 others (char), so its embeddings stand for other ones")]
    public async Task Submit_FromAnotherVocabulary_IsAFaultUnlessTensorsBeginAnew(string start, string? fault)
    {
        var source = await WriteAsync(data: data => data["tokenizer"]!["vocabulary"] = "abcdefg");
        var (_, answer) = await SubmitAsync(source, start);
        Assert.Equal(fault is null, answer["jobId"] is not null);
        Assert.StartsWith(fault ?? "{", Assert.Single(Faults(answer)), StringComparison.Ordinal);
    }

    /// <summary>A client of another machine brings it; when a job has taken it, the upload is gone.</summary>
    [Fact]
    public async Task Submit_FromAnUpload_TakesItOnce()
    {
        var source = await WriteAsync();
        var seal = (string)JsonNode.Parse(File.ReadAllBytes(Path.Combine(source, "manifest.json")))!["sha256"]!;
        var wrong = new string('e', 64);
        foreach (var (name, file) in from name in new[] { seal, wrong } from file in Directory.GetFiles(source) select (name, file))
        {
            var content = FileContent.Of(file);
            await new FileUpload(silo.Http, TimeProvider.System, _ => { }).SendAsync($"v1/checkpoints/{name}/{content.Name}?sha256={content.Sha256}", file, content, null, Deadline.Token());
        }

        Directory.Delete(source, recursive: true);
        var (status, job) = await SubmitAsync(source, "continues: true", seal);
        Assert.True(status == HttpStatusCode.Created, job.ToJsonString());
        Assert.True(File.Exists(Path.Combine(silo.Store, "checkpoints", (string)job["jobId"]!, "attempt-0", "step-000000002", "weights.safetensors")));
        foreach (var (named, fault) in new[] { (seal, "nothing was uploaded under it"), (wrong, "what was uploaded under it is another checkpoint"), ("../x", "must be 64 lower-case hexadecimal digits") })
        {
            var (_, problem) = await SubmitAsync(source, "continues: true", named);
            Assert.Contains(fault, Assert.Single(Faults(problem)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("nobody-abc234", "job nobody-abc234 has no checkpoint on this silo: seqcluster jobs lists the jobs")]
    [InlineData("nobody-abc234@7", "job nobody-abc234 has no checkpoint on this silo: seqcluster jobs lists the jobs")]
    public async Task Submit_FromAJobWithoutCheckpoints_SaysSo(string named, string fault)
    {
        var (_, problem) = await SubmitAsync(named, "continues: true");
        Assert.Equal([$"start.checkpoint = {named}: {fault}"], Faults(problem));
    }

    private static IEnumerable<string> Faults(JsonNode problem) => problem["faults"] is JsonArray faults ? faults.Select(fault => (string)fault!["text"]!) : [problem.ToJsonString()];

    private async Task<(HttpStatusCode Status, JsonNode Answer)> SubmitAsync(string checkpoint, string start, string startSha256 = "")
    {
        using var response = await silo.Post(new { name = "misfit.yaml", file = $"{TestSilo.JobText.Replace("tiny\n", "misfit\n", StringComparison.Ordinal)}\nstart: {{checkpoint: '{checkpoint}', {start}}}", dataFolder = silo.Folder.Path, startSha256 });
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    // As a worker writes it, for the job that the silo's tests submit; the silo reads no tensors.
    private async Task<string> WriteAsync(Func<JobSpec, JobSpec>? job = null, Action<JsonNode>? data = null, int step = 2)
    {
        var spec = (await silo.Status(await silo.Submit())).Spec;
        var description = JsonNode.Parse(File.ReadAllText(spec.Data.ManifestPath))!["data"]!.DeepClone();
        data?.Invoke(description);
        var source = Directory.CreateDirectory(Path.Combine(folder.Path, "source")).FullName;
        string[] names = ["optimizer.safetensors", "weights.safetensors"];
        foreach (var name in names)
        {
            File.WriteAllText(Path.Combine(source, name), name);
        }

        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                format = 3,
                jobId = "source-abc234",
                attempt = 1,
                generation = 1,
                step,
                weightsSha256 = "ww",
                stateSha256 = "ss",
                files = names.ToDictionary(name => name, name => FileContent.HashOf(Path.Combine(source, name))),
                data = description,
                job = job?.Invoke(spec) ?? spec,
            },
            ApiJson.Options);
        File.WriteAllBytes(Path.Combine(source, "manifest.json"), SealedManifest.Seal(manifest));
        return source;
    }
}
