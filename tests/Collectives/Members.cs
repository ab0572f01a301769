using System.Net;
using System.Runtime.ExceptionServices;
using SeqCluster.Collectives.Rendezvous;

namespace SeqCluster.Collectives.Tests;

/// <summary>Runs the members of a group on one thread each, in this process, and hands each its group.</summary>
internal static class Members
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    public static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static int jobs;

    /// <summary>A job name that no other test uses.</summary>
    public static string NewJob() => $"test-{Environment.ProcessId}-{Interlocked.Increment(ref jobs)}";

    public static GroupOptions Options(int rank, int replicas, IReadOnlyList<PeerAddress> peers, TransportKind transport, params int[] buckets) => new()
    {
        Job = "unset",
        Attempt = 1,
        Generation = 3,
        Rank = rank,
        Replicas = replicas,
        Peers = peers,
        BucketElements = buckets,
        Secret = Secret,
        Transport = transport,
        JoinTimeout = Deadline,
        StallTimeout = Deadline,
    };

    /// <summary>All members succeed, or the first failure is thrown.</summary>
    public static void Run(TransportKind transport, int workers, int replicas, int[] buckets, Action<CollectiveGroup> body,
        Func<GroupOptions, GroupOptions>? change = null)
    {
        var failures = RunEach(transport, workers, replicas, buckets, body, change);
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
    }

    /// <summary>As if the members were on several hosts: "AAB" puts ranks 0 and 1 on one and rank 2 on another.</summary>
    public static void RunOnHosts(string hosts, int replicas, int[] buckets, Action<CollectiveGroup> body, Func<GroupOptions, GroupOptions>? change = null) =>
        Run(TransportKind.Automatic, hosts.Length, replicas, buckets, body, options => OnHosts(hosts, change?.Invoke(options) ?? options));

    /// <summary>The same peers, on the hosts named by letters.</summary>
    public static GroupOptions OnHosts(string hosts, GroupOptions options) =>
        options with { Transport = TransportKind.Automatic, Peers = [.. options.Peers.Select((peer, rank) => peer with { HostId = $"{hosts[rank]}" })] };

    /// <summary>What each member ended with, by rank; null for success.</summary>
    public static Exception?[] RunEach(TransportKind transport, int workers, int replicas, int[] buckets, Action<CollectiveGroup> body,
        Func<GroupOptions, GroupOptions>? change = null)
    {
        var job = NewJob();
        var failures = new Exception?[workers];
        var listeners = Enumerable.Range(0, workers).Select(_ => new GroupListener(IPAddress.Loopback)).ToArray();
        var peers = listeners.Select(listener => listener.Announce("127.0.0.1", HostIdentity.Current())).ToArray();
        var threads = new Thread[workers];
        for (var member = 0; member < workers; member++)
        {
            var rank = member;
            threads[rank] = new Thread(() =>
            {
                try
                {
                    var options = Options(rank, replicas, peers, transport, buckets) with { Job = job };
                    using var group = CollectiveGroup.Join(change?.Invoke(options) ?? options, listeners[rank]);
                    body(group);
                }
                catch (Exception exception)
                {
                    failures[rank] = exception;
                }
            });
            threads[rank].Start();
        }
        var ended = threads.All(thread => thread.Join(Deadline * 2));
        foreach (var listener in listeners)
            listener.Dispose();
        Assert.True(ended, $"members did not end within {Deadline * 2}: W = {workers}, R = {replicas}, {transport}");
        Assert.Empty(Directory.GetFiles("/dev/shm", $"seqcluster.{job}.*"));
        return failures;
    }
}
