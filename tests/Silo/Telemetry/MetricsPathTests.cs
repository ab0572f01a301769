using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SeqCluster.Contracts.Access;
using SeqCluster.Silo.Tests.Security;

namespace SeqCluster.Silo.Tests.Telemetry;

/// <summary>/metrics of a silo with tokens: who may read it, and what it says.</summary>
public sealed partial class MetricsPathTests(GuardedSilo silo) : IClassFixture<GuardedSilo>
{
    [Fact]
    public async Task Metrics_AreForClientAndMetricsTokensAndTheLatterOpenNothingElse()
    {
        var metrics = silo.Get<Silo.Security.TokenRegistry>().TryCreate(TokenKind.Metrics, "prometheus")!.Token;
        Assert.StartsWith("sqm_", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await Status("/metrics", metrics));
        Assert.Equal(HttpStatusCode.OK, await Status("/metrics", silo.ClientToken));
        Assert.Equal(HttpStatusCode.Forbidden, await Status("/metrics", silo.WorkerToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status("/metrics", ""));
        Assert.Equal(HttpStatusCode.Forbidden, await Status("/v1/jobs", metrics));
        Assert.Equal(HttpStatusCode.Forbidden, await Status("/v1/worker-gateway", metrics));
    }

    [Fact]
    public async Task Metrics_AreWellFormedAndCountersOnlyGrow()
    {
        var first = await Read();
        await Status("/v1/jobs", silo.ClientToken);
        var second = await Read();
        Assert.Contains(second, pair => pair.Key.StartsWith("seqcluster_gateway_workers{", StringComparison.Ordinal));
        Assert.Contains(second, pair => pair.Key.StartsWith("dotnet_process_memory_working_set_bytes", StringComparison.Ordinal) && pair.Value > 1_000_000);
        var grown = second.Where(pair => pair.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)).Sum(pair => pair.Value);
        Assert.True(grown > first.Where(pair => pair.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)).Sum(pair => pair.Value));
        Assert.All(
            first.Where(pair => Monotonic().IsMatch(pair.Key)),
            pair => Assert.True(second[pair.Key] >= pair.Value, $"{pair.Key} fell from {pair.Value} to {second[pair.Key]}"));
    }

    // Reads as Prometheus does: a line that it would not take fails, and so does a series that comes twice or before its TYPE.
    private async Task<Dictionary<string, double>> Read()
    {
        using var http = silo.Http(silo.ClientToken);
        using var response = await http.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var (values, types) = (new Dictionary<string, double>(), new HashSet<string>());
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.True(types.Add(line.Split(' ')[2]), $"{line}: the family comes twice");
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var sample = Sample().Match(line);
                Assert.True(sample.Success, line);
                var name = sample.Groups["name"].Value;
                Assert.True(types.Contains(name) || types.Contains(Suffix().Replace(name, "")), $"{line}: no TYPE before it");
                values.Add(name + sample.Groups["labels"].Value, double.Parse(sample.Groups["value"].Value.Replace("Inf", "∞", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            }
        }

        return values;
    }

    private async Task<HttpStatusCode> Status(string path, string token)
    {
        using var http = silo.Http(token);
        using var response = await http.GetAsync(path);
        return response.StatusCode;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\n"])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\n"])*")*\})? (?<value>NaN|[+-]Inf|-?[0-9.]+(?:[eE][+-]?[0-9]+)?)\z""")]
    private static partial Regex Sample();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("_(?:total|bucket|seconds_count)(?:\\{|$)")]
    private static partial Regex Monotonic();
}
