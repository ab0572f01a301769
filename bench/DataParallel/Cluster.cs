using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.DataParallel;

/// <summary>
/// A silo with two workers, each pinned to a core of its own; runs one job after the other through the client's program, as a
/// person would. Ends with this process.
/// </summary>
public sealed class Cluster : IDisposable
{
    private const int Workers = 2;
    private const string ReadyLine = "silo ready ";
    private static readonly TimeSpan WorkersBound = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly Process silo;
    private readonly HttpClient http;
    private readonly string folder;

    private Cluster(Process silo, Uri url, string folder)
    {
        this.silo = silo;
        this.folder = folder;
        http = new HttpClient { BaseAddress = url };
    }

    /// <summary>Starts silo and workers, and waits until the workers have registered.</summary>
    /// <param name="folder">Of everything that they keep.</param>
    /// <exception cref="InvalidOperationException">They did not come up.</exception>
    public static async Task<Cluster> StartAsync(string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            Repository.ProgramPath("Silo"),
            ["--listen", "127.0.0.1:0", "--store", Path.Combine(folder, "store"), "--workers", $"{Workers}", "--parent-pid", $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var silo = Process.Start(start)!;
        var line = await silo.StandardOutput.ReadLineAsync(cancellation);
        if (line?.StartsWith(ReadyLine, StringComparison.Ordinal) != true)
        {
            throw new InvalidOperationException($"the silo said {line ?? "nothing"} instead of where it listens");
        }

        silo.ErrorDataReceived += static (_, _) => { };
        silo.BeginErrorReadLine();
        var cluster = new Cluster(silo, new Uri(line[ReadyLine.Length..]), folder);
        await cluster.PinWorkersAsync(cancellation);
        return cluster;
    }

    /// <summary>Runs the job on <paramref name="workers"/> workers with as many replicas.</summary>
    /// <returns>Tokens per second: the median over the steps after <paramref name="warmUp"/>.</returns>
    public async Task<double> TokensPerSecondAsync(string jobFile, int workers, int steps, int warmUp, CancellationToken cancellation)
    {
        var submitted = await ClientAsync(
            [
                "submit", jobFile, "--silo", $"{http.BaseAddress}", "--json",
                "--set", $"workers.min={workers}", "--set", $"workers.max={workers}", "--set", $"workers.replicas={workers}", "--set", $"train.steps={steps}",
            ],
            cancellation);
        var id = JsonDocument.Parse(submitted).RootElement.GetProperty("jobId").GetString()!;
        await ClientAsync(["watch", id, "--silo", $"{http.BaseAddress}", "--json"], cancellation);
        var metrics = await http.GetFromJsonAsync<JsonElement>($"v1/jobs/{id}/metrics?limit=1000", cancellation);
        return Median.Of(metrics.EnumerateArray()
            .Where(point => point.GetProperty("name").GetString() == "train/tokens_per_second" && point.GetProperty("step").GetInt32() > warmUp)
            .Select(point => point.GetProperty("value").GetDouble()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        silo.Kill(entireProcessTree: true);
        silo.WaitForExit();
        silo.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> ClientAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var outcome = await PinnedProcess.RunAsync(Repository.ProgramPath("Client"), arguments, null, cancellation);
        return outcome.ExitCode == 0
            ? outcome.FirstLine
            : throw new InvalidOperationException($"the client ended with {outcome.ExitCode}: {outcome.FirstLine}{outcome.Rest}{outcome.Error}");
    }

    private async Task PinWorkersAsync(CancellationToken cancellation)
    {
        var asked = Stopwatch.GetTimestamp();
        while ((await http.GetFromJsonAsync<JsonElement>("v1/workers", cancellation)).GetArrayLength() < Workers)
        {
            if (Stopwatch.GetElapsedTime(asked) > WorkersBound)
            {
                throw new InvalidOperationException($"the {Workers} workers did not register within {WorkersBound.TotalSeconds:0} s");
            }

            await Task.Delay(LookInterval, TimeProvider.System, cancellation);
        }

        var children = Directory.GetDirectories($"/proc/{silo.Id}/task").SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        for (var core = 0; core < children.Count; core++)
        {
            // All threads that it has; those that it starts later inherit the core.
            var outcome = await PinnedProcess.RunAsync("/usr/bin/taskset", ["-acp", $"{core % Environment.ProcessorCount}", children[core]], null, cancellation);
            if (outcome.ExitCode != 0)
            {
                throw new InvalidOperationException($"worker {children[core]} cannot be pinned: {outcome.Error}");
            }
        }
    }
}
