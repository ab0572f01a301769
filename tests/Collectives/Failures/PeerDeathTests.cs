using System.Net;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Tests.AllReduce;
using SeqCluster.Collectives.Tests.Child;

namespace SeqCluster.Collectives.Tests.Failures;

/// <summary>Rank 1 of 3 is a process that is killed or stopped; ranks 0 and 2 must both name it, and the phase, and not hang.</summary>
public sealed class PeerDeathTests
{
    private const int Replicas = 5;
    private const int VictimRank = 1;

    public static TheoryData<TransportKind, CollectivePhase> Points() => PointsOf(TransportKind.SharedMemory, TransportKind.Tcp);

    /// <summary>Automatic: rank 2 is on another host than ranks 0 and 1.</summary>
    public static TheoryData<TransportKind, CollectivePhase> PointsOnHosts() =>
        PointsOf(TransportKind.SharedMemory, TransportKind.Tcp, TransportKind.Automatic);

    private static TheoryData<TransportKind, CollectivePhase> PointsOf(params TransportKind[] transports)
    {
        var points = new TheoryData<TransportKind, CollectivePhase>();
        foreach (var transport in transports)
        {
            foreach (var phase in new[] { CollectivePhase.Reduce, CollectivePhase.Gather, CollectivePhase.Broadcast, CollectivePhase.Barrier })
                points.Add(transport, phase);
        }
        return points;
    }

    [Theory]
    [MemberData(nameof(PointsOnHosts))]
    public void Peer_KilledInAPhase_IsNamedByEverySurvivor(TransportKind transport, CollectivePhase phase)
    {
        var failures = RunBeside(transport, phase, victim => victim.Kill(), Members.Deadline);
        Assert.All(failures, failure =>
        {
            var lost = Assert.IsType<PeerLostException>(failure);
            Assert.Equal((VictimRank, phase, 1L), (lost.Rank, lost.Phase, lost.Step));
            Assert.Contains(lost.Cause, new[] { PeerLossCause.Disconnected, PeerLossCause.Reported });
        });
    }

    [Theory]
    [InlineData(TransportKind.SharedMemory)]
    [InlineData(TransportKind.Tcp)]
    [InlineData(TransportKind.Automatic)]
    public void Peer_StoppedInReduce_IsNamedAsStalled(TransportKind transport)
    {
        // Ranks 0 and 2 accuse a quarter of this apart: long enough for a busy machine.
        var failures = RunBeside(transport, CollectivePhase.Reduce, victim => victim.Stop(), TimeSpan.FromSeconds(3));
        Assert.All(failures, failure =>
        {
            var lost = Assert.IsType<PeerLostException>(failure);
            Assert.Equal((VictimRank, 1L), (lost.Rank, lost.Step));
            Assert.Contains(lost.Cause, new[] { PeerLossCause.Stalled, PeerLossCause.Reported });
        });
    }

    [Theory]
    [InlineData(TransportKind.SharedMemory, null)]
    [InlineData(TransportKind.Tcp, null)]
    [InlineData(TransportKind.Automatic, null)]
    [InlineData(TransportKind.SharedMemory, "DOTNET_EnableAVX")]
    [InlineData(TransportKind.Tcp, "DOTNET_EnableHWIntrinsic")]
    public void Members_InProcessesOfTheirOwnAndOtherVectorWidths_GetTheSameBits(TransportKind transport, string? switchedOff)
    {
        var job = Members.NewJob();
        using var victim = new Victim(transport, VictimRank, Replicas, job, "steps", switchedOff);
        var digests = new List<string>();
        var failures = RunSurvivors(victim, transport, job, Members.Deadline, () => victim.Tell("go"), group =>
        {
            for (var step = 1; step <= Victim.Steps; step++)
            {
                AllReduceTests.AddReplicas(group, group.Buckets[0], step);
                group.AllReduce(group.Buckets[0]);
                lock (digests)
                    digests.Add(Victim.Digest(group.Buckets[0].Sum));
            }
        });
        Assert.All(failures, Assert.Null);
        var expected = Enumerable.Range(1, Victim.Steps)
            .Select(step => Victim.Digest(Gradients.TreeSum(r => Gradients.Of(Victim.Buckets[0], r, step), 0, Replicas))).ToArray();
        Assert.Equal(expected.Order(), digests.Distinct().Order());
        Assert.Equal(expected, Enumerable.Range(0, Victim.Steps).Select(_ => victim.Hear()));
    }

    private static Exception?[] RunBeside(TransportKind transport, CollectivePhase phase, Action<Victim> strike, TimeSpan stallTimeout)
    {
        var job = Members.NewJob();
        using var victim = new Victim(transport, VictimRank, Replicas, job, $"{phase}".ToLowerInvariant());
        using var reached = new ManualResetEventSlim();
        var groups = new CollectiveGroup?[3];
        return RunSurvivors(victim, transport, job, stallTimeout, () =>
        {
            victim.Tell("go");
            Assert.Equal("there", victim.Hear());
            reached.Set();
            Assert.True(SpinWait.SpinUntil(() => IsIn(groups[0], phase) && IsIn(groups[2], phase), Members.Deadline), "the survivors did not get to the phase");
            strike(victim);
        }, group =>
        {
            Assert.True(reached.Wait(Members.Deadline), "the victim did not get to its point");
            groups[group.Rank] = group;
            Operate(group, phase);
        });
    }

    private static bool IsIn(CollectiveGroup? group, CollectivePhase phase) =>
        group is not null && (phase is CollectivePhase.Broadcast or CollectivePhase.Barrier || group.Buckets[0].Phase == phase);

    private static void Operate(CollectiveGroup group, CollectivePhase phase)
    {
        switch (phase)
        {
            case CollectivePhase.Broadcast:
                group.Broadcast(1, VictimRank, new byte[1_000]);
                break;
            case CollectivePhase.Barrier:
                group.Barrier(1);
                break;
            default:
                AllReduceTests.AddReplicas(group, group.Buckets[0], 1);
                group.AllReduce(group.Buckets[0]);
                break;
        }
    }

    private static Exception?[] RunSurvivors(Victim victim, TransportKind transport, string job, TimeSpan stallTimeout,
        Action meanwhile, Action<CollectiveGroup> body)
    {
        var listeners = new[] { new GroupListener(IPAddress.Loopback), new GroupListener(IPAddress.Loopback) };
        PeerAddress[] peers = [listeners[0].Announce("127.0.0.1", HostIdentity.Current()), victim.Address, listeners[1].Announce("127.0.0.1", transport == TransportKind.Automatic ? "elsewhere" : HostIdentity.Current())];
        victim.TellPeers(peers);
        var failures = new Exception?[2];
        var threads = Enumerable.Range(0, 2).Select(index => new Thread(() => failures[index] = Record.Exception(() =>
        {
            var options = Members.Options(2 * index, Replicas, peers, transport, Victim.Buckets) with { Job = job, StallTimeout = stallTimeout };
            using var group = CollectiveGroup.Join(options, listeners[index]);
            body(group);
        }))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        Assert.Equal("joined", victim.Hear());
        meanwhile();
        Assert.All(threads, thread => Assert.True(thread.Join(Members.Deadline), "a survivor hangs"));
        foreach (var listener in listeners)
            listener.Dispose();
        Assert.Empty(Directory.GetFiles("/dev/shm", $"seqcluster.{job}.*"));
        return failures;
    }
}
