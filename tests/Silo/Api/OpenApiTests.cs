using System.Text.Json;

namespace SeqCluster.Silo.Tests.Api;

/// <summary>The API's description is whole: each path with its summary, and with every problem that it may answer.</summary>
[Collection(SiloTests.Name)]
public sealed class OpenApiTests(TestSilo silo)
{
    private static readonly string[] OpenPaths = ["/healthz", "/readyz"];

    [Fact]
    public async Task Operations_EachHaveASummaryASuccessAndTheirProblems()
    {
        using var document = JsonDocument.Parse(await silo.Http.GetStringAsync("/openapi.json"));
        Assert.Equal("http", document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("type").GetString());
        var faults = new List<string>();
        var count = 0;
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                count++;
                faults.AddRange(FaultsOf(path.Name, operation).Select(fault => $"{operation.Name} {path.Name}: {fault}"));
            }
        }

        Assert.Empty(faults);
        Assert.True(count >= 17, $"only {count} operations");
    }

    [Fact]
    public async Task Streams_SayThatTheyResume()
    {
        using var document = JsonDocument.Parse(await silo.Http.GetStringAsync("/openapi.json"));
        foreach (var what in (string[])["metrics", "events", "logs"])
        {
            var get = document.RootElement.GetProperty("paths").GetProperty($"/v1/jobs/{{id}}/{what}").GetProperty("get");
            var parameters = get.GetProperty("parameters").EnumerateArray().Select(one => $"{one.GetProperty("in").GetString()} {one.GetProperty("name").GetString()}").ToList();
            Assert.Superset(new HashSet<string> { "path id", "query after", "query limit", "query follow", "header Last-Event-ID" }, parameters.ToHashSet());
            Assert.True(get.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("text/event-stream", out _));
        }
    }

    private static IEnumerable<string> FaultsOf(string path, JsonProperty operation)
    {
        if (!operation.Value.TryGetProperty("summary", out var summary) || summary.GetString() is not { Length: > 10 })
        {
            yield return "no summary";
        }

        var responses = operation.Value.GetProperty("responses");
        if (!responses.EnumerateObject().Any(response => response.Name.StartsWith('2')))
        {
            yield return "no success";
        }

        foreach (var status in ProblemsOf(path, operation.Value))
        {
            if (!responses.TryGetProperty(status, out var response)
                || !response.TryGetProperty("content", out var content) || !content.TryGetProperty("application/problem+json", out _))
            {
                yield return $"no problem {status}";
            }
        }
    }

    private static IEnumerable<string> ProblemsOf(string path, JsonElement operation)
    {
        var hasBody = operation.TryGetProperty("requestBody", out _);
        var hasQuery = operation.TryGetProperty("parameters", out var parameters) && parameters.EnumerateArray().Any(one => one.GetProperty("in").GetString() == "query");
        (bool Expected, string Status)[] all =
        [
            (!OpenPaths.Contains(path), "401"),
            (!OpenPaths.Contains(path), "403"),
            (path.Contains("{id}", StringComparison.Ordinal), "404"),
            (hasBody || hasQuery, "400"),
            (hasBody, "413"),
        ];
        return all.Where(one => one.Expected).Select(one => one.Status);
    }
}
