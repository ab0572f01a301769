namespace SeqCluster.Collectives.Rendezvous;

/// <summary>
/// What was heard of every peer, and whom that makes lost: the end of a stream is a death, unless the peer said goodbye or said whom
/// it lost. Keeps the accusation right: a member that gave up because of another one is never itself accused. Holds no connections.
/// </summary>
internal sealed class PeerNotices(int workers, int rank)
{
    private readonly bool[] ended = new bool[workers];
    private readonly Notice?[,] heard = new Notice?[workers, (int)NoticeKind.GaveUp + 1];

    /// <summary>How often peers have said that data moves at their ends.</summary>
    public long MovingHeard { get; private set; }

    /// <summary>What a peer has said of a kind, or null.</summary>
    public Notice? Heard(int peer, NoticeKind kind) => heard[peer, (int)kind];

    /// <summary>Whether the peer's stream has ended, for whatever reason.</summary>
    public bool HasEnded(int peer) => ended[peer];

    /// <summary>A peer says something; of each kind the first word stands.</summary>
    public void Hear(int peer, Notice notice)
    {
        if (notice.Kind == NoticeKind.Moving)
            MovingHeard++;
        else if (notice.Kind is >= NoticeKind.Ready and <= NoticeKind.GaveUp)
            heard[peer, (int)notice.Kind] ??= notice;
    }

    /// <summary>A peer's stream has ended.</summary>
    public void End(int peer) => ended[peer] = true;

    /// <summary>Why the operation cannot go on; null while all is well.</summary>
    /// <param name="awaited">The peer that something is expected of; it may not have left.</param>
    public Loss? FindLoss(int awaited)
    {
        for (var peer = 0; peer < workers; peer++)
        {
            if (ended[peer] && Heard(peer, NoticeKind.Goodbye) is null && Heard(peer, NoticeKind.GaveUp) is null)
                return Loss.Of(peer, PeerLossCause.Disconnected, "its connection ended");
        }
        for (var peer = 0; peer < workers; peer++)
        {
            if (Heard(peer, NoticeKind.GaveUp) is { } notice)
                return FromReport(peer, (int)notice.Value);
        }
        return awaited >= 0 && Heard(awaited, NoticeKind.Goodbye) is not null
            ? Loss.Of(awaited, PeerLossCause.Left, "it said goodbye")
            : null;
    }

    private Loss FromReport(int reporter, int lost) =>
        lost >= 0 && lost < workers && lost != rank && lost != reporter
            ? Loss.Of(lost, PeerLossCause.Reported, $"reported by rank {reporter}")
            : Loss.Ordered(lost == rank ? $"rank {reporter} gave this member up" : $"rank {reporter} aborted");
}
