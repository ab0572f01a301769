using System.Diagnostics;
using SeqCluster.Processes;

namespace SeqCluster.Bench.Measurement;

/// <summary>
/// Runs commands with one thread each, pinned to one core where <c>taskset</c> is installed. Never leaves a child behind.
/// </summary>
public static class PinnedProcess
{
    private const string TaskSet = "/usr/bin/taskset";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The last core that this process may use, or none where nothing can be pinned.</summary>
    public static int? LastAllowedCore()
    {
        const string Status = "/proc/self/status", Key = "Cpus_allowed_list:";
        if (!File.Exists(TaskSet) || !File.Exists(Status))
        {
            return null;
        }

        var line = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? null : int.Parse(line[Key.Length..].Split(',', '-')[^1]);
    }

    /// <summary>Runs to the end. A non-zero exit code is in the result, not thrown.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The file cannot be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or still running after ten minutes.</exception>
    public static async Task<ProcessOutcome> RunAsync(
        string file, IEnumerable<string> arguments, int? core, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var process = new Process { StartInfo = StartInfo(file, arguments, core) };
        var started = Stopwatch.GetTimestamp();
        process.Start();
        try
        {
            var error = process.StandardError.ReadToEndAsync(either.Token);
            var firstLine = await process.StandardOutput.ReadLineAsync(either.Token);
            var firstLineAfter = Stopwatch.GetElapsedTime(started);
            var rest = await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return new ProcessOutcome(process.ExitCode, firstLine ?? "", rest, await error, firstLineAfter);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(true);
            }
        }
    }

    private static ProcessStartInfo StartInfo(string file, IEnumerable<string> arguments, int? core)
    {
        string[] command = core is { } pinned ? [TaskSet, "-c", pinned.ToString(), file] : [file];
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var pool in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
        {
            start.Environment[pool] = "1";
        }

        // As the silo starts its workers; the peer is measured as its users start it.
        if (Path.GetDirectoryName(file) == AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))
        {
            AllocatorTunables.AddTo(start.Environment);
        }

        return start;
    }
}
