using System.Collections.Concurrent;
using System.Diagnostics;
using SeqCluster.Bench.Measurement;
using SeqCluster.Hosts.Tests;
using SeqCluster.Processes;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Chaos;

/// <summary>
/// Worker processes as on machines of their own: nobody but their connections tells the silo that one is gone. Each that was killed
/// is started again; that one ended otherwise is a fault.
/// </summary>
/// <param name="folder">Of their outputs and temporary files.</param>
/// <param name="silo">Where they register.</param>
/// <param name="socket">Where they get their orders.</param>
internal sealed class WorkerFleet(string folder, Uri silo, string socket)
{
    private const int KilledExitCode = 137;
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Process> processes = new();
    private readonly ConcurrentDictionary<string, CuttableLink> links = new();
    private readonly ConcurrentQueue<string> faults = new();
    private readonly List<Task> running = [];
    private volatile bool isStopping;

    /// <summary>What went wrong that nobody planned.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>The names of all.</summary>
    public IReadOnlyList<string> Names => [.. processes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Starts so many.</summary>
    public void Start(int count)
    {
        Directory.CreateDirectory(Path.Combine(folder, "workers"));
        running.AddRange(Enumerable.Range(0, count).Select(number => KeepAsync($"chaos-{number}")));
    }

    /// <summary>The number of the process that has a name now.</summary>
    public int ProcessOf(string name) => processes[name].Id;

    /// <summary>SIGKILL.</summary>
    public void Kill(string name) => processes[name].Kill();

    /// <summary>A worker's way to the silo; that to its peers is another.</summary>
    public CuttableLink LinkOf(string name) => links.GetOrAdd(name, _ => new CuttableLink(silo));

    /// <summary>SIGCONT, to a process that may be gone.</summary>
    public static void Continue(int process) => Shell.Try("kill", "-CONT", $"{process}");

    /// <summary>Asks all to end, and waits for it.</summary>
    public async Task StopAsync()
    {
        isStopping = true;
        foreach (var process in processes.Values)
        {
            Continue(process.Id);
            Shell.Try("kill", "-TERM", $"{process.Id}");
        }

        using var bound = new CancellationTokenSource(StopBound);
        foreach (var (name, process) in processes)
        {
            try
            {
                await process.WaitForExitAsync(bound.Token);
            }
            catch (OperationCanceledException)
            {
                faults.Enqueue($"{name} (process {process.Id}) did not end within {StopBound.TotalSeconds:0} s of SIGTERM");
                process.Kill();
            }
        }

        await Task.WhenAll(running);
        foreach (var link in links.Values)
        {
            link.Dispose();
        }
    }

    /// <summary>The last lines that a worker said.</summary>
    public string Tail(string name) => string.Join('\n', File.ReadLines(LogOf(name)).TakeLast(8));

    private async Task KeepAsync(string name)
    {
        while (!isStopping)
        {
            var process = Start(name);
            await process.WaitForExitAsync();
            if (!isStopping && process.ExitCode != KilledExitCode)
            {
                faults.Enqueue($"{name} (process {process.Id}) ended by itself with exit code {process.ExitCode}:\n{Tail(name)}");
            }
        }
    }

    private Process Start(string name)
    {
        var start = new ProcessStartInfo(
            Repository.ProgramPath("Worker"),
            ["--silo", $"{LinkOf(name).Address}".TrimEnd('/'), "--id", name, "--advertise", "127.0.0.1", "--cache", Path.Combine(folder, "cache"), "--parent-pid", $"{Environment.ProcessId}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        AllocatorTunables.AddTo(start.Environment);
        start.Environment[FaultOrder.SocketVariable] = socket;
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;

        // The runtime's own sockets in TMPDIR outlive a process that is killed.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var process = Process.Start(start)!;
        processes[name] = process;
        Take(name, $"process {process.Id}");
        process.OutputDataReceived += (_, line) => Take(name, line.Data);
        process.ErrorDataReceived += (_, line) => Take(name, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Take(string name, string? line)
    {
        lock (processes)
        {
            File.AppendAllText(LogOf(name), line is null ? "" : $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}\n");
        }
    }

    private string LogOf(string name) => Path.Combine(folder, "workers", $"{name}.log");
}
