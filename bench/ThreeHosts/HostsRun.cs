using System.Globalization;
using System.Text.Json;
using SeqCluster.Hosts.Tests;

namespace SeqCluster.Bench.ThreeHosts;

/// <summary>One run of a job on a silo's host and two hosts with a worker each, by the lines that the silo prints.</summary>
internal static class HostsRun
{
    private static readonly string[] Phases = ["data_ms", "forward_ms", "backward_ms", "exchange_ms"];

    /// <summary>Runs it to its end.</summary>
    /// <param name="file">The job file.</param>
    /// <param name="sets">Overrides.</param>
    /// <param name="shape">Of each host's link.</param>
    public static async Task<HostsOutcome> RunAsync(string file, IReadOnlyList<string> sets, LinkShape shape)
    {
        using var network = new HostNetwork(hosts: 3, shape);
        using var silo = network.Hosts[0].Paste("seqcluster silo --listen 0.0.0.0:7070");
        var line = (await silo.LineAsync("seqcluster worker --silo")).Trim();
        var login = (await silo.LineAsync("seqcluster login ")).Trim();
        using var second = network.Hosts[1].Paste(line);
        using var third = network.Hosts[2].Paste(line);
        await SayAsync(network.Hosts[2], login.Split(' ')[1..]);
        using var http = new HttpClient { BaseAddress = new Uri(login.Split(' ')[2]), DefaultRequestHeaders = { { "Authorization", $"Bearer {login.Split(' ')[4]}" } } };
        while (await CountAsync(http, "/v1/workers") < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        var submitted = await SayAsync(network.Hosts[2], ["submit", file, "--json", "--set", "workers.min=2", .. Overrides(sets)]);
        var id = submitted.GetProperty("jobId").GetString()!;
        var last = await SayAsync(network.Hosts[2], ["watch", id, "--json"], HostProcess.Forever);
        var phases = new Dictionary<string, double>();
        foreach (var phase in Phases)
        {
            phases[phase] = await MedianAsync(http, $"/v1/jobs/{id}/metrics?name=worker/0/{phase}&limit=10000");
        }

        return new HostsOutcome(last.GetProperty("weights_sha256").GetString()!, last.GetProperty("tokens_per_second").GetDouble(), phases);
    }

    /// <summary>The same on the first host alone, by <c>seqcluster run</c>.</summary>
    public static async Task<HostsOutcome> OneHostAsync(string file, IReadOnlyList<string> sets)
    {
        using var network = new HostNetwork(hosts: 1);
        var last = await SayAsync(network.Hosts[0], ["run", file, "--json", "--workers", "2", .. Overrides(sets)], HostProcess.Forever);
        return new HostsOutcome(last.GetProperty("weights_sha256").GetString()!, last.GetProperty("tokens_per_second").GetDouble(), new Dictionary<string, double>());
    }

    private static IEnumerable<string> Overrides(IReadOnlyList<string> sets) => sets.SelectMany(static set => new[] { "--set", set });

    // The last line that is JSON; an empty object when there is none.
    private static async Task<JsonElement> SayAsync(TestHost host, string[] words, TimeSpan? bound = null)
    {
        using var process = host.Start("Client", words);
        if (await process.EndAsync(bound) is var exitCode && exitCode != 0)
        {
            throw new InvalidOperationException($"seqcluster {string.Join(' ', words)}: exit code {exitCode}\n{process.Text}");
        }

        var json = process.Text.Split('\n').LastOrDefault(static text => text.StartsWith('{')) ?? "{}";
        return JsonDocument.Parse(json).RootElement;
    }

    private static async Task<int> CountAsync(HttpClient http, string path) => JsonDocument.Parse(await http.GetStringAsync(path)).RootElement.GetArrayLength();

    private static async Task<double> MedianAsync(HttpClient http, string path)
    {
        var values = JsonDocument.Parse(await http.GetStringAsync(path)).RootElement.EnumerateArray().Select(static point => point.GetProperty("value").GetDouble()).ToList();
        return Measurement.Median.Of(values);
    }
}
