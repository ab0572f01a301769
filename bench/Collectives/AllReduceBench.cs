using System.Diagnostics;
using System.Globalization;
using System.Net;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;

namespace SeqCluster.Bench.Collectives;

/// <summary>
/// All-reduce of float32 between processes of one host, beside Gloo, in one alternating run: for every round and size each
/// engine's processes, pinned round-robin to the cores and asleep in between, time the same number of calls. Prints medians
/// over all rounds and the ratio to Gloo.
/// </summary>
public static class AllReduceBench
{
    private const int Rounds = 3;
    private const string GlooScript = "bench/Collectives/gloo_peer.py";
    private static readonly int[] Bytes = [4 << 10, 64 << 10, 1 << 20, 16 << 20, 100 << 20];
    private static readonly string[] Engines = ["in-place", "copying", "tcp", "gloo"];

    /// <summary><c>[WORKERS [ENGINE…]]</c> runs the comparison; <c>member …</c> is one process of it.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is ["member", var engine, var rank, var workers])
            return RunMember(engine, int.Parse(rank, CultureInfo.InvariantCulture), int.Parse(workers, CultureInfo.InvariantCulture));
        var count = arguments is [var given, ..] ? int.Parse(given, CultureInfo.InvariantCulture) : 2;
        var engines = arguments.Length > 1 ? arguments[1..] : Engines;
        var groups = engines.ToDictionary(name => name, name => StartGroup(name, count));
        var samples = engines.ToDictionary(name => name, _ => Bytes.Select(_ => new List<double>()).ToArray());
        for (var round = 0; round < Rounds; round++)
        {
            for (var size = 0; size < Bytes.Length; size++)
            {
                foreach (var name in engines)
                    samples[name][size].Add(Measure(groups[name], size));
            }
        }
        foreach (var process in groups.Values.SelectMany(group => group))
        {
            process.StandardInput.Close();
            process.WaitForExit();
        }
        Print(count, samples);
        return 0;
    }

    private static void Print(int workers, Dictionary<string, List<double>[]> samples)
    {
        Console.WriteLine($"{workers} processes on {Environment.ProcessorCount} cores, median microseconds (ratio to Gloo)");
        Console.WriteLine($"| size | {string.Join(" | ", samples.Keys)} |");
        Console.WriteLine($"|---|{string.Concat(samples.Keys.Select(_ => "---|"))}");
        for (var size = 0; size < Bytes.Length; size++)
        {
            var gloo = samples.TryGetValue("gloo", out var peer) ? Median(peer[size]) : double.NaN;
            var cells = samples.Keys.Select(name => $"{Median(samples[name][size]):0.0} ({gloo / Median(samples[name][size]):0.0}×)");
            Console.WriteLine($"| {Bytes[size] / 1024:N0} KB | {string.Join(" | ", cells)} |");
        }
    }

    private static Process[] StartGroup(string engine, int workers)
    {
        var group = Enumerable.Range(0, workers).Select(rank => Start(engine, rank, workers)).ToArray();
        var addresses = string.Join(' ', group.Select(process => process.StandardOutput.ReadLine()));
        foreach (var process in group)
            process.StandardInput.WriteLine(addresses);
        return group;
    }

    private static Process Start(string engine, int rank, int workers)
    {
        var start = engine == "gloo"
            ? new ProcessStartInfo("/usr/bin/python3", [GlooScript, $"{rank}", $"{workers}"])
            : new ProcessStartInfo(Environment.ProcessPath!, [.. HostArguments(), "all-reduce", "member", engine, $"{rank}", $"{workers}"]);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    /// <summary>What comes between <c>dotnet</c> and the arguments when this is not an executable of its own.</summary>
    private static IEnumerable<string> HostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? ["exec", Environment.GetCommandLineArgs()[0]] : [];

    private static double Measure(Process[] group, int size)
    {
        var iterations = Math.Clamp(200_000_000 / Bytes[size], 8, 1_000);
        foreach (var process in group)
            process.StandardInput.WriteLine($"{size} {Bytes[size]} {iterations}");
        return group.Select(process => double.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture)).Max();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static int RunMember(string engine, int rank, int workers)
    {
        if (OperatingSystem.IsLinux())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << (rank % Environment.ProcessorCount);
        using var listener = new GroupListener(IPAddress.Loopback);
        Console.WriteLine(listener.Port);
        var peers = Console.ReadLine()!.Split(' ')
            .Select(port => new PeerAddress("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture), "")).ToArray();
        using var group = CollectiveGroup.Join(new GroupOptions
        {
            Job = $"bench-{engine}-{peers[0].Port}",
            Attempt = 0,
            Generation = 0,
            Rank = rank,
            Replicas = workers,
            Peers = peers,
            BucketElements = [.. Bytes.Select(bytes => bytes / sizeof(float))],
            Secret = new byte[GroupOptions.MinSecretBytes],
            // Sixteen processes start at once on two cores.
            JoinTimeout = TimeSpan.FromMinutes(5),
            Transport = engine == "tcp" ? TransportKind.Tcp : TransportKind.SharedMemory,
        }, listener);
        var gradient = engine == "copying" ? new float[Bytes[^1] / sizeof(float)] : [];
        long step = 0;
        while (Console.ReadLine() is { } line)
        {
            var numbers = line.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            Console.WriteLine(Time(group, group.Buckets[numbers[0]], gradient, numbers[2], ref step).ToString(CultureInfo.InvariantCulture));
        }
        return 0;
    }

    /// <summary>Median microseconds of one call.</summary>
    private static double Time(CollectiveGroup group, GradientBucket bucket, float[] gradient, int iterations, ref long step)
    {
        var times = new List<double>(iterations);
        group.Barrier(step);
        for (var iteration = -iterations / 4; iteration < iterations; iteration++)
        {
            bucket.Open(step++);
            // As after backward: the gradient is new, and only in this process's caches.
            if (gradient.Length == 0)
                bucket.Replica.Fill(step);
            var started = Stopwatch.GetTimestamp();
            if (gradient.Length > 0)
                bucket.AddReplica(gradient.AsSpan(0, bucket.Elements));
            else
                bucket.AddReplica();
            group.AllReduce(bucket);
            if (gradient.Length > 0)
                bucket.CopySumTo(gradient.AsSpan(0, bucket.Elements));
            if (iteration >= 0)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        return Median(times);
    }
}
