using SeqCluster.Collectives.Tests.AllReduce;

namespace SeqCluster.Collectives.Tests.Failures;

public sealed class AbortTests
{
    public static TheoryData<TransportKind, CollectivePhase> Points() => PeerDeathTests.Points();

    /// <summary>Rank 0 never takes part, so that rank 1 waits in the phase; rank 1's control thread then aborts it.</summary>
    [Theory]
    [MemberData(nameof(Points))]
    public void Abort_FromAnotherThreadInAPhase_EndsTheWaitAndTellsTheOthers(TransportKind transport, CollectivePhase phase)
    {
        using var begun = new ManualResetEventSlim();
        using var aborted = new ManualResetEventSlim();
        var failures = Members.RunEach(transport, 2, 4, [30_000], group =>
        {
            if (group.Rank == 0)
            {
                if (phase == CollectivePhase.Gather)
                {
                    AllReduceTests.AddReplicas(group, group.Buckets[0], 1);
                    group.Begin(group.Buckets[0]);
                }
                begun.Set();
                Assert.True(aborted.Wait(Members.Deadline), "rank 1 was not aborted");
                // Rank 1 may have published its chunk before it was aborted; then this completes, and the barrier tells.
                if (phase == CollectivePhase.Gather)
                    Record.Exception(() => group.Complete(group.Buckets[0]));
                // It may have arrived at the barrier, too.
                if (phase == CollectivePhase.Barrier)
                    Record.Exception(() => group.Barrier(1));
                group.Barrier(2);
            }
            else
            {
                Assert.True(begun.Wait(Members.Deadline), "rank 0 did not begin");
                var control = new Thread(() => group.Abort("scaling down"));
                control.Start();
                var failure = Assert.Throws<CollectiveAbortedException>(() => Operate(group, phase));
                Assert.Equal("scaling down", failure.Reason);
                Assert.Throws<CollectiveAbortedException>(() => group.Barrier(3));
                control.Join();
                aborted.Set();
            }
        });
        Assert.Null(failures[1]);
        Assert.Contains("rank 1 aborted", Assert.IsType<CollectiveAbortedException>(failures[0]).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransportKind.SharedMemory)]
    [InlineData(TransportKind.Tcp)]
    public void Member_LeavesWhileExpected_IsLostAsLeft(TransportKind transport)
    {
        var failures = Members.RunEach(transport, 3, 3, [5], group =>
        {
            group.Barrier(1);
            if (group.Rank != 2)
                group.Barrier(2);
        });
        Assert.Null(failures[2]);
        Assert.All(failures[..2], failure => Assert.Equal(2, Assert.IsType<PeerLostException>(failure).Rank));
    }

    /// <summary>Both ends of a link that broke accuse each other: nobody can tell who is to blame.</summary>
    [Theory]
    [InlineData(TransportKind.SharedMemory)]
    [InlineData(TransportKind.Tcp)]
    public void Member_CutsItsLinks_AccusesAndIsAccused(TransportKind transport)
    {
        var failures = Members.RunEach(transport, 3, 5, [30_000], group =>
        {
            group.Barrier(1);
            if (group.Rank == 1)
                group.CutLinks();
            // What goes through shared memory arrives all the same, until somebody has to wait.
            for (var step = 2; ; step++)
                group.Barrier(step);
        });
        Assert.All(failures, failure => Assert.IsType<PeerLostException>(failure));
        Assert.Equal((1, 1), (((PeerLostException)failures[0]!).Rank, ((PeerLostException)failures[2]!).Rank));
        Assert.NotEqual(1, ((PeerLostException)failures[1]!).Rank);
    }

    private static void Operate(CollectiveGroup group, CollectivePhase phase)
    {
        switch (phase)
        {
            case CollectivePhase.Broadcast:
                group.Broadcast(1, 0, new byte[1_000]);
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
}
