using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Api;

namespace SeqCluster.Silo.Tests.Telemetry;

/// <summary>A silo process whose environment names a collector: what the collector gets of one job.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Job_ExportsSpansOfJobGenerationAndSomeStepsAndItsMeters()
    {
        await using var collector = await OtlpReceiver.Start();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be ", 200)));
        using var silo = Start(folder.Path, collector.Url);
        var url = new Uri((await silo.StandardOutput.ReadLineAsync(Deadline.Token()))!["silo ready ".Length..]);
        using var worker = await WireClient.Join(url, "traced");
        using var http = new HttpClient { BaseAddress = url };
        using var submitted = await http.PostAsJsonAsync("/v1/jobs", new { file = "model: {kind: transformer-lm, block: 16}\ndata: {path: text.txt}\ntrain: {steps: 150}", dataFolder = folder.Path }, ApiJson.Options);
        Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
        await Report(worker, steps: 150);
        using var cancelled = await http.PostAsync($"/v1/jobs/{JsonDocument.Parse(await submitted.Content.ReadAsStringAsync()).RootElement.GetProperty("jobId").GetString()}:cancel", null);

        // What is not sent yet goes out when the silo stops.
        using var kill = Process.Start("kill", ["-TERM", silo.Id.ToString(CultureInfo.InvariantCulture)]);
        await silo.WaitForExitAsync(Deadline.Token());
        Assert.Equal(0, silo.ExitCode);

        var job = Assert.Single(collector.Spans, span => span.Value.Name == "job");
        var generation = Assert.Single(collector.Spans, span => span.Value.Name == "generation");
        Assert.Equal(("", job.Key), (job.Value.Parent, generation.Value.Parent));
        var steps = collector.Spans.Values.Where(span => span.Name == "step").ToList();
        Assert.Equal(4, steps.Count);
        Assert.All(steps, step => Assert.Equal((generation.Key, 30_000_000ul), (step.Parent, step.Nanoseconds)));
        Assert.Superset(new HashSet<string> { "seqcluster.job.steps", "seqcluster.job.loss", "seqcluster.step.phase.duration", "seqcluster.gateway.frames" }, collector.Metrics.Keys.ToHashSet());
    }

    // One batch of all steps, each of 10 ms forward and 20 ms backward.
    private static async Task Report(WireClient worker, int steps)
    {
        var assignment = (await worker.Receive<AssignmentFrame>(one => one.Assignment is not null)).Assignment!;
        await worker.Send(new MemberReportFrame { Report = worker.Report(assignment, 0, MemberPhase.Training) });
        var reports = worker.Steps(assignment, 1) with
        {
            Steps = [.. Enumerable.Range(1, steps).Select(step => new StepReport { Step = step, Epoch = 0, Replicas = [new ReplicaReport(0, 16, 7)] })],
            Metrics = [.. Enumerable.Range(1, steps).SelectMany(step => (MetricPoint[])[new(step, "train/loss", 1), new(step, "worker/0/forward_ms", 10), new(step, "worker/0/backward_ms", 20)])],
        };
        await worker.Send(new StepReportsFrame { Sequence = 1, Reports = reports });
        await worker.Receive<StepReportsAckFrame>();
    }

    private static Process Start(string folder, string collector)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Silo", configuration, "SeqCluster.Silo.dll"));
        var start = new ProcessStartInfo("dotnet", [program, "--store", Path.Combine(folder, "store"), "--parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        return Process.Start(start)!;
    }
}
