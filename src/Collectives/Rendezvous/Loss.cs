namespace SeqCluster.Collectives.Rendezvous;

/// <summary>Why an operation cannot go on: a lost rank, or (rank −1) an order to stop.</summary>
internal sealed record Loss(int Rank, PeerLossCause Cause, string Detail)
{
    public static Loss Of(int rank, PeerLossCause cause, string detail) => new(rank, cause, detail);

    public static Loss Ordered(string reason) => new(-1, PeerLossCause.Reported, reason);

    public Exception ToException(CollectivePhase phase, long step) => Rank < 0
        ? new CollectiveAbortedException(Detail)
        : new PeerLostException(Rank, phase, step, Cause, Detail);
}
