namespace SeqCluster.Collectives.Tests.Failures;

/// <summary>A member that computes for long is none that stalls, as long as it says that it gets on.</summary>
public sealed class WorkingPeerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(400);

    [Theory]
    [InlineData(TransportKind.SharedMemory)]
    [InlineData(TransportKind.Tcp)]
    public void Peer_ThatTellsOfItsWork_IsWaitedForAndOneThatDoesNotIsStalled(TransportKind transport)
    {
        using var over = new ManualResetEventSlim();
        var failures = Members.RunEach(transport, 2, 2, [1024], group =>
        {
            // The bound that holds is the later one.
            group.StallBound = Bound;
            if (group.Rank == 1)
            {
                var started = TimeProvider.System.GetTimestamp();
                while (TimeProvider.System.GetElapsedTime(started) < 4 * Bound)
                {
                    group.TellWorking();
                    over.Wait(Bound / 20);
                }
            }

            group.Barrier(1);
            if (group.Rank == 1)
            {
                Assert.True(over.Wait(Members.Deadline), "nobody lost patience");
                return;
            }

            try
            {
                group.Barrier(2);
            }
            finally
            {
                over.Set();
            }
        });
        Assert.Null(failures[1]);
        var lost = Assert.IsType<PeerLostException>(failures[0]);
        Assert.Equal((1, PeerLossCause.Stalled, 2L), (lost.Rank, lost.Cause, lost.Step));
        Assert.Contains("no progress for 0.4 s", lost.Message, StringComparison.Ordinal);
    }
}
