using System.Net;
using System.Net.Sockets;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Tests.AllReduce;
using SeqCluster.Collectives.Tests.Child;
using SeqCluster.Collectives.Transport.SharedMemory;

namespace SeqCluster.Collectives.Tests.Failures;

public sealed class RendezvousTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact]
    public void Port_VisitedByStrangers_StillJoinsTheGroup()
    {
        using var first = new GroupListener(IPAddress.Loopback);
        using var second = new GroupListener(IPAddress.Loopback);
        PeerAddress[] peers = [first.Announce("127.0.0.1", ""), second.Announce("127.0.0.1", "")];
        var strangers = new List<Socket>();
        for (var stranger = 0; stranger < 12; stranger++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, first.Port);
            var garbage = new byte[stranger * 37];
            new Random(stranger).NextBytes(garbage);
            socket.Send(garbage);
            strangers.Add(socket);
        }
        var other = new Thread(() => SumOnce(Members.Options(1, 2, peers, TransportKind.Tcp, 40_000) with { Job = "strangers" }, second));
        other.Start();
        SumOnce(Members.Options(0, 2, peers, TransportKind.Tcp, 40_000) with { Job = "strangers" }, first);
        Assert.True(other.Join(Members.Deadline), "the other member hangs");
        strangers.ForEach(socket => socket.Dispose());
    }

    /// <summary>More of them than handshakes are held at one time, and a join deadline before theirs.</summary>
    [Fact]
    public void Port_HeldByStrangersThatSayNothing_StillJoinsTheGroup()
    {
        using var first = new GroupListener(IPAddress.Loopback);
        using var second = new GroupListener(IPAddress.Loopback);
        PeerAddress[] peers = [first.Announce("127.0.0.1", ""), second.Announce("127.0.0.1", "")];
        var strangers = Enumerable.Range(0, 150).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        strangers.ForEach(socket => socket.Connect(IPAddress.Loopback, first.Port));
        var beforeTheirs = TimeSpan.FromSeconds(4);
        var other = new Thread(() => SumOnce(Members.Options(1, 2, peers, TransportKind.Tcp, 40_000) with { Job = "silent", JoinTimeout = beforeTheirs }, second));
        other.Start();
        SumOnce(Members.Options(0, 2, peers, TransportKind.Tcp, 40_000) with { Job = "silent", JoinTimeout = beforeTheirs }, first);
        Assert.True(other.Join(Members.Deadline), "the other member hangs");
        strangers.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void Caller_WithAnotherSecretGenerationOrAttempt_IsRefused(bool otherSecret, bool otherGeneration, bool otherAttempt)
    {
        using var first = new GroupListener(IPAddress.Loopback);
        using var second = new GroupListener(IPAddress.Loopback);
        PeerAddress[] peers = [first.Announce("127.0.0.1", ""), second.Announce("127.0.0.1", "")];
        var options = Members.Options(1, 2, peers, TransportKind.Tcp, 10) with { Job = "refused", JoinTimeout = Soon };
        if (otherSecret)
            options = options with { Secret = new byte[32] };
        if (otherGeneration)
            options = options with { Generation = options.Generation - 1 };
        if (otherAttempt)
            options = options with { Attempt = options.Attempt - 1 };
        PeerLostException? refused = null;
        var caller = new Thread(() => refused = Assert.Throws<PeerLostException>(() => CollectiveGroup.Join(options, second)));
        caller.Start();
        var lost = Assert.Throws<PeerLostException>(() => CollectiveGroup.Join(
            Members.Options(0, 2, peers, TransportKind.Tcp, 10) with { Job = "refused", JoinTimeout = Soon }, first));
        Assert.True(caller.Join(Members.Deadline), "the refused caller hangs");
        Assert.Equal((1, CollectivePhase.Join, PeerLossCause.Absent), (lost.Rank, lost.Phase, lost.Cause));
        Assert.Equal((0, CollectivePhase.Join, PeerLossCause.Absent), (refused!.Rank, refused.Phase, refused.Cause));
    }

    [Fact]
    public void Join_Cancelled_EndsWithAborted()
    {
        using var listener = new GroupListener(IPAddress.Loopback);
        PeerAddress[] peers = [listener.Announce("127.0.0.1", ""), listener.Announce("127.0.0.1", "")];
        using var cancellation = new CancellationTokenSource();
        var control = new Thread(cancellation.Cancel);
        control.Start();
        Assert.Throws<CollectiveAbortedException>(() =>
            CollectiveGroup.Join(Members.Options(0, 2, peers, TransportKind.Tcp, 10) with { Job = "cancelled" }, listener, cancellation.Token));
        control.Join();
    }

    [Fact]
    public void Segments_LargerThanTheFolder_NameNeedAndAvailable()
    {
        var failures = Members.RunEach(TransportKind.SharedMemory, 2, 2, [.. Enumerable.Repeat(GroupOptions.MaxBucketElements, 4096)], _ => { });
        Assert.All(failures, failure => Assert.NotNull(failure));
        Assert.Contains(failures, failure => failure is IOException
            && System.Text.RegularExpressions.Regex.IsMatch(failure.Message, @"needs [\d,]+ bytes of shared memory, [\d,]+ are available"));
    }

    /// <summary>A member is killed after it has created its segment and before it could take the name away.</summary>
    [Fact]
    public async Task Leftovers_OfAMemberKilledWhileJoining_GoWithTheNextStart()
    {
        var job = Members.NewJob();
        using var listener = new GroupListener(IPAddress.Loopback);
        using var victim = new Victim(TransportKind.SharedMemory, rank: 1, replicas: 2, job, "reduce");
        PeerAddress[] peers = [listener.Announce("127.0.0.1", HostIdentity.Current()), victim.Address];
        victim.TellPeers(peers);
        var options = Members.Options(0, 2, peers, TransportKind.SharedMemory, 10) with { Job = job };
        var leftover = Segment.PathOf(options, rank: 1);
        using (await PeerMesh.ConnectAsync(options, listener, [Channel.Control], default))
        {
            // This member never says Ready, so the victim waits with its segment created.
            Assert.True(SpinWait.SpinUntil(() => File.Exists(leftover), Members.Deadline), "the victim created no segment");
            victim.Kill();
        }
        Assert.True(File.Exists(leftover));
        Assert.Empty(CollectiveGroup.RemoveLeftovers(job + "x"));

        Members.Run(TransportKind.SharedMemory, 2, 2, [10], _ => { }, next => next with { Job = job, Generation = options.Generation + 1 });
        Assert.False(File.Exists(leftover));
        File.WriteAllText(leftover, "");
        Assert.Equal([leftover], CollectiveGroup.RemoveLeftovers(job));
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void Options_WithFaults_ListEveryFault()
    {
        var options = Members.Options(7, 0, [], TransportKind.Tcp) with { Job = "a/b", Generation = -1, Secret = new byte[3] };
        using var listener = new GroupListener(IPAddress.Loopback);
        var message = Assert.Throws<ArgumentException>(() => CollectiveGroup.Join(options, listener)).Message;
        Assert.All(["Job = 'a/b'", "Generation = -1", "Replicas = 0", "Peers has 0", "Rank = 7", "BucketElements has 0", "Secret has 3"],
            fault => Assert.Contains(fault, message, StringComparison.Ordinal));
    }

    private static void SumOnce(GroupOptions options, GroupListener listener)
    {
        using var group = CollectiveGroup.Join(options, listener);
        AllReduceTests.AddReplicas(group, group.Buckets[0], 1);
        group.AllReduce(group.Buckets[0]);
        Assert.True(Gradients.SameBits(Gradients.TreeSum(r => Gradients.Of(40_000, r, 1), 0, 2), group.Buckets[0].Sum));
    }
}
