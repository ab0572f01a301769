using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport;

/// <summary>
/// Carries partial sums to the chunks' owners and results back. Questions (<see cref="ReadyBlocks"/>, <see cref="Arrived"/>)
/// never block; <see cref="Block"/> waits until the last unanswered one may have another answer, and is the one place
/// where an abort, a death or a stall ends an operation. Does no arithmetic. One engine thread; <see cref="Abort"/> from any.
/// </summary>
internal abstract class GroupTransport(GroupOptions options, ReplicaTree tree, HostPlan hosts, PeerWatch watch) : IDisposable
{
    /// <summary>How long a sleep lasts before aborts and deaths are looked for again.</summary>
    protected static readonly TimeSpan SleepSlice = TimeSpan.FromMilliseconds(2);

    private const double Deference = 1.5;
    private const double DeferenceOfWitness = 1.25;
    private const int TellingsPerStall = 4;

    private long toldBytes;
    private long toldAt;
    private volatile string? abortReason;
    private Loss? failure;
    private CollectivePhase failurePhase;
    private long failureStep = -1;

    protected GroupOptions Options { get; } = options;

    /// <summary>How long a wait may see no progress; <see cref="GroupOptions.StallTimeout"/> at first.</summary>
    public TimeSpan StallBound { get; set; } = options.StallTimeout;

    protected ReplicaTree Tree { get; } = tree;

    protected HostPlan Hosts { get; } = hosts;

    protected PeerWatch Watch { get; } = watch;

    protected int Rank => Options.Rank;

    protected int Workers => Options.Peers.Count;

    /// <summary>The peer that the last question answered with "not yet" was about; −1 for none.</summary>
    protected int Awaited { get; set; } = -1;

    /// <summary>How buckets are cut into chunks; the same on every member.</summary>
    public abstract IReadOnlyList<ChunkMap> Maps { get; }

    /// <summary>Where a bucket lies, for one parity.</summary>
    public abstract BucketMemory Memory(int bucket, int parity);

    /// <summary>Makes this member's partial sums of the bucket's step available to the chunks' owners.</summary>
    public abstract void PostPartials(GradientBucket bucket);

    /// <summary>How many leading blocks of what this member reduces have all their partial sums.</summary>
    public abstract int ReadyBlocks(GradientBucket bucket);

    /// <summary>Tells that this member's chunk is complete, with its squares.</summary>
    public abstract void PostReduced(GradientBucket bucket);

    /// <summary>Publishes the completed leading blocks (<see cref="GradientBucket.ReducedBlocks"/>) of this member's chunk.</summary>
    public abstract void PostSum(GradientBucket bucket);

    /// <summary>Whether every member has made something available.</summary>
    public abstract bool Arrived(GradientBucket bucket, Signal signal);

    /// <summary>Whether nothing of the bucket waits to be sent, so that its memory may be written again.</summary>
    public abstract bool IsFlushed(GradientBucket bucket);

    /// <summary>Moves on whatever can be moved without waiting.</summary>
    public virtual void Progress()
    {
    }

    /// <summary>Sends the root's bytes to all.</summary>
    public abstract void Broadcast(long step, long sequence, int root, Span<byte> data);

    /// <summary>Sends to the next rank what it fills <paramref name="before"/> with, and so on around.</summary>
    public abstract void PassOn(long step, long sequence, ReadOnlySpan<byte> own, Span<byte> before, int longest);

    /// <summary>Returns when every member has called it.</summary>
    public abstract void Barrier(long step, long sequence);

    public abstract void Dispose();

    /// <summary>Makes every wait, now and later, end with <see cref="CollectiveAbortedException"/>. Any thread.</summary>
    public void Abort(string reason) => Interlocked.CompareExchange(ref abortReason, reason, null);

    /// <summary>Tells the others that this member leaves, and, unless it has done so already, why.</summary>
    public void Leave()
    {
        if (failure is null)
            Watch.Tell(abortReason is null ? new Notice(NoticeKind.Goodbye) : new Notice(NoticeKind.GaveUp, -1));
    }

    /// <summary>Waits until the last "not yet" may have changed.</summary>
    /// <exception cref="PeerLostException">A peer died, left or stalled.</exception>
    /// <exception cref="CollectiveAbortedException">Aborted here or at a peer.</exception>
    public void Block(CollectivePhase phase, long step)
    {
        Options.YieldPoint?.Invoke();
        TellMoving();
        if (Spin())
            return;
        var time = Options.TimeProvider;
        var started = time.GetTimestamp();
        var heardMoving = Watch.MovingHeard;
        // What moved elsewhere and moves no more is seen first by the members that it moved between: they are to accuse.
        var isFar = false;
        while (true)
        {
            ThrowIfOver();
            if (Watch.FindLoss(Awaited) is { } loss && !(loss.Cause == PeerLossCause.Left && MayStillDeliver(loss.Rank)))
                Throw(loss, phase, step);
            if (Sleep(phase, step))
                return;
            if (Watch.MovingHeard != heardMoving)
                (heardMoving, started, isFar) = (Watch.MovingHeard, time.GetTimestamp(), true);
            var waited = time.GetElapsedTime(started);
            if (waited >= StallBound && waited >= StallBound * Patience(StalledPeer(), isFar))
                Throw(Loss.Of(StalledPeer(), PeerLossCause.Stalled, $"no progress for {StallBound.TotalSeconds:0.###} s"), phase, step);
        }
    }

    /// <summary>Throws what ended the group, if anything has.</summary>
    public void ThrowIfOver()
    {
        if (failure is not null)
            throw failure.ToException(failurePhase, failureStep);
        if (abortReason is not null)
            Throw(Loss.Ordered(abortReason), failurePhase, failureStep);
    }

    /// <summary>Waits briefly without giving the core away; true when it paid.</summary>
    protected abstract bool Spin();

    /// <summary>Waits for at most a slice; true when something has happened.</summary>
    protected abstract bool Sleep(CollectivePhase phase, long step);

    /// <summary>Whether what a peer gave before it said goodbye may not all have been seen yet.</summary>
    protected abstract bool MayStillDeliver(int peer);

    /// <summary>Whom to accuse of a stall.</summary>
    protected virtual int StalledPeer() => Awaited;

    /// <summary>Whether others are nearer to a peer that seems to stall, and are to accuse first.</summary>
    protected virtual bool IsSpokenFor(int peer) => false;

    /// <summary>Whether this member sees for itself what a peer does: it speaks before those who only hear of movement.</summary>
    protected virtual bool IsWitnessed(int peer) => false;

    /// <summary>
    /// Tells the others, from time to time, that data has moved here: who waits for this member while it serves a slow link is
    /// to know that nobody stalls. Hearing it is not moving, so that members cannot reassure each other for ever.
    /// </summary>
    protected void TellMoving()
    {
        if (MovedBytes != toldBytes)
            TellWorking();
    }

    /// <summary>Tells the others that this member gets on, unless it has just done so.</summary>
    public void TellWorking()
    {
        var time = Options.TimeProvider;
        if (toldAt != 0 && time.GetElapsedTime(toldAt) < StallBound / TellingsPerStall)
            return;
        (toldBytes, toldAt) = (MovedBytes, time.GetTimestamp());
        Watch.Tell(new Notice(NoticeKind.Moving));
    }

    /// <summary>Bytes that have come and gone; what peers read in place does not count.</summary>
    protected virtual long MovedBytes => 0;

    // In stall timeouts. Whoever sent a stalled host its sums has told of that movement, so its witnesses wait longer too.
    private double Patience(int peer, bool isFar) =>
        IsSpokenFor(peer) ? Deference : !isFar ? 1 : IsWitnessed(peer) ? DeferenceOfWitness : Deference;

    /// <summary>Ends the group: remembers why, tells the others, throws.</summary>
    protected void Throw(Loss loss, CollectivePhase phase, long step)
    {
        failure = loss;
        (failurePhase, failureStep) = (phase, step);
        Watch.Tell(new Notice(NoticeKind.GaveUp, loss.Rank));
        throw loss.ToException(phase, step);
    }

    protected void ThrowProtocol(int peer, CollectivePhase phase, long step, string detail) =>
        Throw(Loss.Of(peer, PeerLossCause.Protocol, detail), phase, step);
}
