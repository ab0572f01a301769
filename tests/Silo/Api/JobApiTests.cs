using System.Net;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Silo.Api;

namespace SeqCluster.Silo.Tests.Api;

[Collection(SiloTests.Name)]
public sealed class JobApiTests(TestSilo silo)
{
    [Fact]
    public async Task Submission_WithSeveralFaults_ListsThemAll()
    {
        using var response = await silo.Post(new
        {
            name = "bad.yaml",
            file = "model: { kind: none }\ndata: { path: a }\ntrain: { steps: 0 }\nnonsense: 1\n",
            manifestPath = "../manifest.json",
            manifestSha256 = "x",
        });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var fields = problem.RootElement.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("field").GetString()).ToList();
        Assert.Superset(new HashSet<string?> { "manifestPath", "manifestSha256", "model.kind", "train.steps" }, fields.ToHashSet());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{\"file\":null}")]
    public async Task Submission_ThatIsNone_Is400WithAProblem(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await silo.Http.PostAsync("/v1/jobs", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("faults", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Body_BeyondTheLimit_Is413()
    {
        using var content = new StringContent("{\"file\":\"" + new string('x', ApiLimits.BodyBytes) + "\"}", System.Text.Encoding.UTF8, "application/json");

        // The silo refuses by the length and closes: who sends at once may find the connection gone before it can read why.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = content, Headers = { ExpectContinue = true } };
        using var response = await silo.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("tiny-aaaaaa")]
    [InlineData("..%2F..%2Fetc")]
    [InlineData("UPPER-aaaaaa")]
    public async Task Job_ThatIsUnknown_Is404WithAProblem(string id)
    {
        foreach (var path in new[] { $"/v1/jobs/{id}", $"/v1/jobs/{id}/events", $"/v1/jobs/{id}/checkpoints", $"/v1/jobs/{id}/logs?follow=true" })
        {
            using var response = await silo.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        using var cancelled = await silo.Http.PostAsync($"/v1/jobs/{id}:cancel", null);
        Assert.Equal(HttpStatusCode.NotFound, cancelled.StatusCode);
    }

    [Fact]
    public async Task Job_PausedResumedCancelled_SaysSoAndRefusesWhatIsTooLate()
    {
        var id = await silo.Submit();
        Assert.Equal(JobState.Paused, await Steer(id, "pause"));
        Assert.Equal(JobState.Queued, await Steer(id, "resume"));
        Assert.Equal(JobState.Cancelled, await Steer(id, "cancel"));
        using var late = await silo.Http.PostAsync($"/v1/jobs/{id}:pause", null);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi.json")]
    public async Task Path_OfTheSiloItself_Answers(string path)
    {
        using var response = await silo.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("after=-1")]
    [InlineData("limit=0")]
    [InlineData("limit=x")]
    public async Task Query_OutOfRange_Is400(string query)
    {
        var id = await silo.Submit();
        using var response = await silo.Http.GetAsync($"/v1/jobs/{id}/events?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Job_Scaled_WantsThatManyAndRefusesWhatIsOutOfBounds()
    {
        var id = await silo.Submit("workers: { max: 2, replicas: 3 }\npriority: -7\n");
        using (var scaled = await Scale(id, "{\"workers\":3}"))
        {
            Assert.Equal(HttpStatusCode.OK, scaled.StatusCode);
        }

        var status = await silo.Status(id);
        Assert.Equal((3, -7, JobState.Queued), (status.WantedWorkers, status.Spec.Priority, status.State));
        foreach (var body in (string[])["{\"workers\":4}", "{\"workers\":0}", "{}", "null", "[]", "", "{\"workers\":\"many\"}"])
        {
            using var refused = await Scale(id, body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
            Assert.Contains("faults", await refused.Content.ReadAsStringAsync());
        }

        await Steer(id, "cancel");
        using var late = await Scale(id, "{\"workers\":1}");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        using var unknown = await Scale("tiny-aaaaaa", "{\"workers\":1}");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("priority: 101\n", "priority")]
    [InlineData("priority: -101\n", "priority")]
    [InlineData("priority: high\n", "priority")]
    public async Task Submission_PriorityOutOfRange_IsAFault(string line, string field)
    {
        using var response = await silo.Post(new { name = "tiny.yaml", file = $"{TestSilo.JobText}\n{line}", dataFolder = silo.Folder.Path });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(field, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_EveryPathThatSteers_HasASummary()
    {
        using var document = JsonDocument.Parse(await silo.Http.GetStringAsync("/openapi.json"));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var verb in (string[])["cancel", "pause", "resume", "scale"])
        {
            Assert.NotEmpty(paths.GetProperty($"/v1/jobs/{{id}}:{verb}").GetProperty("post").GetProperty("description").GetString()!);
        }

        Assert.NotEmpty(paths.GetProperty("/v1/jobs/{id}/checkpoints").GetProperty("get").GetProperty("summary").GetString()!);
    }

    private Task<HttpResponseMessage> Scale(string id, string body) =>
        silo.Http.PostAsync($"/v1/jobs/{id}:scale", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

    private async Task<JobState> Steer(string id, string verb)
    {
        using var response = await silo.Http.PostAsync($"/v1/jobs/{id}:{verb}", null);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JobStatus>(text, ApiJson.Options)!.State;
    }
}
