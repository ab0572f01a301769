namespace SeqCluster.Collectives.Rendezvous;

/// <summary>The steps of joining that all members take together, over the control connections.</summary>
internal sealed class JoinBarrier
{
    private const int PollMs = 5;

    private readonly GroupOptions options;
    private readonly PeerWatch watch;
    private readonly CancellationToken cancellation;
    private readonly long started;

    public JoinBarrier(GroupOptions options, PeerWatch watch, CancellationToken cancellation)
    {
        this.options = options;
        this.watch = watch;
        this.cancellation = cancellation;
        started = options.TimeProvider.GetTimestamp();
    }

    /// <summary>Tells every peer, and returns when every peer has told the same; their values by rank.</summary>
    public long[] Meet(NoticeKind kind, long value)
    {
        watch.Tell(new Notice(kind, value));
        var values = new long[watch.Workers];
        values[options.Rank] = value;
        for (var peer = 0; peer < watch.Workers; peer++)
        {
            if (peer != options.Rank)
                values[peer] = Await(peer, kind);
        }
        return values;
    }

    private long Await(int peer, NoticeKind kind)
    {
        while (true)
        {
            // The look for losses also reads: what the peer said before it left counts.
            var loss = watch.FindLoss(peer);
            if (watch.Heard(peer, kind) is { } notice)
                return notice.Value;
            if (cancellation.IsCancellationRequested)
                throw new CollectiveAbortedException("cancelled while joining");
            if (loss is not null)
                throw loss.ToException(CollectivePhase.Join, -1);
            if (options.TimeProvider.GetElapsedTime(started) >= options.JoinTimeout)
                throw new PeerLostException(peer, CollectivePhase.Join, -1, PeerLossCause.Absent, $"never said {kind}");
            watch.Poll(PollMs);
        }
    }
}
