using System.Diagnostics;
using System.Globalization;
using System.Net;
using SeqCluster.Bench.Measurement;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;

namespace SeqCluster.Bench.Collectives;

/// <summary>One of our processes in the comparison: says its port, reads everyone's, then times what it is told to.</summary>
internal static class AllReduceMember
{
    /// <summary>Runs until its input ends.</summary>
    /// <param name="engine">in-place, copying or tcp.</param>
    /// <param name="rank">Which of the processes; pinned round-robin.</param>
    /// <param name="workers">How many there are.</param>
    public static int Run(string engine, int rank, int workers)
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
            BucketElements = [.. AllReduceBench.Bytes.Select(bytes => bytes / sizeof(float))],
            Secret = new byte[GroupOptions.MinSecretBytes],
            // Sixteen processes start at once on two cores.
            JoinTimeout = TimeSpan.FromMinutes(5),
            Transport = engine == "tcp" ? TransportKind.Tcp : TransportKind.SharedMemory,
        }, listener);
        var gradient = engine == "copying" ? new float[AllReduceBench.Bytes[^1] / sizeof(float)] : [];
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
        return Median.Of(times);
    }
}
