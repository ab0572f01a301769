using System.Diagnostics;
using SeqCluster.Bench.Measurement;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Hosts.Tests;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Faults;

/// <summary>A silo with worker processes that take orders of a <see cref="FaultDriver"/>. Ends with this process.</summary>
internal sealed class FaultCluster : IDisposable
{
    private const string ReadyLine = "silo ready ";
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly string folder;
    private readonly int workers;
    private readonly FaultDriver driver;
    private Process silo;

    private FaultCluster(string folder, int workers, FaultDriver driver, Process silo, Uri url)
    {
        (this.folder, this.workers, this.driver, this.silo) = (folder, workers, driver, silo);
        Client = new SeqClusterClient(url);
    }

    public SeqClusterClient Client { get; }

    /// <summary>Starts the silo, and waits until it is ready and its workers have registered.</summary>
    /// <param name="folder">Of everything that they keep.</param>
    /// <param name="workers">Processes that the silo itself starts, again and again.</param>
    /// <param name="driver">Who gives them orders.</param>
    /// <exception cref="InvalidOperationException">It did not come up.</exception>
    public static async Task<FaultCluster> StartAsync(string folder, int workers, FaultDriver driver)
    {
        var (silo, url) = await StartSiloAsync(folder, workers, driver, "127.0.0.1:0");
        var cluster = new FaultCluster(folder, workers, driver, silo, url);
        await UntilAsync($"{workers} workers register", TimeSpan.FromMinutes(1), async () => (await cluster.Client.GetWorkersAsync()).Count == workers);
        return cluster;
    }

    /// <summary>SIGKILL of the silo.</summary>
    public void KillSilo()
    {
        silo.Kill();
        silo.WaitForExit();
    }

    /// <summary>Starts it again on the same store, where it listened before.</summary>
    public async Task RestartSiloAsync()
    {
        silo.Dispose();
        (silo, _) = await StartSiloAsync(folder, workers, driver, $"{Client.Silo.Host}:{Client.Silo.Port}");
    }

    /// <summary>Looks again and again until something holds.</summary>
    /// <exception cref="TimeoutException">It does not within the bound; the message says what.</exception>
    public static async Task UntilAsync(string what, TimeSpan bound, Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(began) > bound)
            {
                throw new TimeoutException($"waited {bound.TotalSeconds:0} s in vain: {what}");
            }

            await Task.Delay(LookInterval, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The job when its status is as wanted.</summary>
    /// <exception cref="TimeoutException">It is not within the bound; the message has its events.</exception>
    public async Task<JobStatus> UntilAsync(string jobId, string what, TimeSpan bound, Func<JobStatus, bool> holds)
    {
        JobStatus? status = null;
        try
        {
            await UntilAsync($"{jobId} {what}", bound, async () => holds(status = await Client.GetJobAsync(jobId)));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it is {status!.State}, {status.Reason}\n{await EventsAsync(jobId)}", late);
        }

        return status!;
    }

    /// <summary>What has happened to a job, a line for each event.</summary>
    public async Task<string> EventsAsync(string jobId) =>
        string.Join('\n', (await Client.GetEventsAsync(jobId)).Select(one => $"{one.At:HH:mm:ss.fff} {one.Kind} {one.Message}"));

    /// <summary>Asks the silo to end, and waits for it.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task StopAsync()
    {
        Shell.Try("kill", "-TERM", $"{silo.Id}");
        await UntilAsync("the silo ends on SIGTERM", StopBound, () => Task.FromResult(silo.HasExited));
    }

    private static async Task<(Process Silo, Uri Url)> StartSiloAsync(string folder, int workers, FaultDriver driver, string listen)
    {
        var start = new ProcessStartInfo(
            Repository.ProgramPath("Silo"),
            ["--listen", listen, "--store", Path.Combine(folder, "store"), "--workers", $"{workers}", "--parent-pid", $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[FaultOrder.SocketVariable] = driver.Path;
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;

        // The runtime's own sockets there outlive a process that is killed.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var silo = Process.Start(start)!;
        var line = await silo.StandardOutput.ReadLineAsync();
        if (line?.StartsWith(ReadyLine, StringComparison.Ordinal) != true)
        {
            throw new InvalidOperationException($"the silo said {line ?? "nothing"} instead of where it listens");
        }

        silo.ErrorDataReceived += static (_, _) => { };
        silo.BeginErrorReadLine();
        return (silo, new Uri(line[ReadyLine.Length..]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        if (!silo.HasExited)
        {
            silo.Kill(entireProcessTree: true);
            silo.WaitForExit();
        }

        silo.Dispose();
    }
}
