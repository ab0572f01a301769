using System.Diagnostics;
using System.Globalization;
using SeqCluster.Bench.Faults;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Recovery;

/// <summary>torchrun with two processes of a small model, of which one is killed again and again.</summary>
internal static class ElasticPeer
{
    private const int Processes = 2;
    private const int SettledSteps = 10;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    /// <summary>Kills one of the two processes <paramref name="kills"/> times.</summary>
    /// <param name="python">The interpreter that can import torch.</param>
    /// <param name="monitorIntervalSeconds">As torchrun's option; null for its default.</param>
    /// <param name="kills">How often.</param>
    /// <returns>For each: seconds from the signal until both processes had done another step.</returns>
    public static async Task<IReadOnlyList<double>> RunAsync(string python, double? monitorIntervalSeconds, int kills)
    {
        var folder = Directory.CreateTempSubdirectory("seqcluster-torchrun-").FullName;
        var journal = Path.Combine(folder, "steps");
        await File.WriteAllTextAsync(journal, "");
        using var torchrun = Start(python, monitorIntervalSeconds, kills, folder, journal);
        try
        {
            var times = new List<double>();
            while (times.Count < kills)
            {
                await FaultCluster.UntilAsync("torchrun's processes train", Bound, () => Task.FromResult(HaveSettled(Read(journal), 0)));
                var victim = Read(journal).Last(one => one.Rank == times.Count % Processes).ProcessId;
                var killedAt = Stopwatch.GetTimestamp();
                Process.GetProcessById(victim).Kill();
                await FaultCluster.UntilAsync("torchrun's processes train again", Bound, () => Task.FromResult(HaveSettled(Read(journal), killedAt)));
                var living = Read(journal).Where(one => one.At > killedAt).TakeLast(Processes * SettledSteps).Select(one => one.ProcessId).ToHashSet();
                times.Add(living.Max(process => Stopwatch.GetElapsedTime(killedAt, Read(journal).First(one => one.ProcessId == process && one.At > killedAt).At).TotalSeconds));
            }

            return times;
        }
        finally
        {
            torchrun.Kill(entireProcessTree: true);
            await torchrun.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string python, double? monitorIntervalSeconds, int kills, string folder, string journal)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Recovery", "python", "elastic_peer.py");
        string[] interval = monitorIntervalSeconds is { } seconds ? ["--monitor_interval", seconds.ToString(CultureInfo.InvariantCulture)] : [];

        // Without the redirects torchrun 1.13 fails on Python 3.11.
        var start = new ProcessStartInfo(
            python,
            ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", $"{Processes}", "--max_restarts", $"{kills + 1}", "--redirects", "1", "--tee", "1",
                "--log_dir", folder, .. interval, script, journal, Path.Combine(folder, "checkpoint")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var pool in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"])
        {
            start.Environment[pool] = "1";
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Both have done some steps since, in the processes that there are now.
    private static bool HaveSettled(IReadOnlyList<Line> lines, long since)
    {
        var latest = lines.Where(line => line.At > since).TakeLast(Processes * SettledSteps).ToList();
        return latest.Count == Processes * SettledSteps && latest.Select(line => line.Rank).Distinct().Count() == Processes
            && latest.Select(line => line.ProcessId).Distinct().Count() == Processes;
    }

    // The last line may be half-written.
    private static List<Line> Read(string journal) => [.. File.ReadAllText(journal).Split('\n')[..^1].Select(static line =>
    {
        var numbers = line.Split(' ').Select(static word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return new Line((int)numbers[0], (int)numbers[1], numbers[3]);
    })];

    private readonly record struct Line(int Rank, int ProcessId, long At);
}
