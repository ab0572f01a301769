using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport;
using SeqCluster.Collectives.Transport.SharedMemory;
using SeqCluster.Collectives.Transport.Tcp;

namespace SeqCluster.Collectives;

/// <summary>
/// The members of one generation and what they do together: sums over all replicas with the same bits for every number of
/// workers, in one piece (all-reduce) or in two with the optimizer between (reduce-scatter, all-gather), broadcast, barrier.
/// Every member makes the same calls in the same order. One engine thread; only <see cref="Abort"/> may come from another.
/// After any failure the group is over: every further call fails the same way, and a new generation joins a new group.
/// Never decides who is a member.
/// </summary>
public sealed unsafe class CollectiveGroup : IDisposable
{
    private readonly GroupOptions options;
    private readonly GroupTransport transport;
    private readonly PeerWatch watch;
    private readonly TreeProgram program;
    private readonly GradientBucket[] buckets;
    private readonly List<GradientBucket> underWay = [];
    private long sequence;
    private bool disposed;

    private CollectiveGroup(GroupOptions options, ReplicaTree tree, HostPlan hosts, GroupTransport transport, PeerWatch watch)
    {
        this.options = options;
        this.transport = transport;
        this.watch = watch;
        Plan = tree.Workers[options.Rank];
        program = new TreeProgram(hosts.Completion, hosts.OperandCount);
        buckets = new GradientBucket[options.BucketElements.Count];
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            buckets[bucket] = new GradientBucket(bucket, options, Plan, hosts, transport.Maps[bucket],
                [transport.Memory(bucket, 0), transport.Memory(bucket, 1)]);
        }
    }

    /// <summary>This member's rank.</summary>
    public int Rank => options.Rank;

    /// <summary>W.</summary>
    public int Workers => options.Peers.Count;

    /// <summary>What this member hosts and adds up by itself.</summary>
    public WorkerPlan Plan { get; }

    /// <summary>The buckets, in the order of <see cref="GroupOptions.BucketElements"/>.</summary>
    public IReadOnlyList<GradientBucket> Buckets => buckets;

    /// <summary>How long a wait may see no progress from now on before the awaited peer counts as stalled. Engine thread.</summary>
    public TimeSpan StallBound
    {
        get => transport.StallBound;
        set => transport.StallBound = value;
    }

    /// <summary>
    /// Tells the others, from time to time, that this member has got on with work between two operations: who waits for it
    /// begins to count anew.
    /// </summary>
    public void TellWorking() => transport.TellWorking();

    /// <summary>Meets the other members, reserves all memory, and returns when every member can take part.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    /// <exception cref="PeerLostException">A member was not there in time, or went away while joining.</exception>
    /// <exception cref="IOException">The shared folder has too little space; the message names need and available.</exception>
    /// <exception cref="CollectiveAbortedException">Cancelled.</exception>
    public static CollectiveGroup Join(GroupOptions options, GroupListener listener, CancellationToken cancellation = default)
    {
        if (options.Validate() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        var tree = new ReplicaTree(options.Replicas, options.Peers.Count);
        var hosts = new HostPlan(tree, options.Hosts, options.Rank);
        var isTcp = options.ResolvedTransport == TransportKind.Tcp;
        using var mesh = PeerMesh
            .ConnectAsync(options, listener, isTcp ? [Channel.Control, Channel.Data] : [Channel.Control], cancellation)
            .GetAwaiter().GetResult();
        var watch = new PeerWatch(mesh.Take(Channel.Control), options.Rank);
        GroupTransport? transport = null;
        try
        {
            var barrier = new JoinBarrier(options, watch, cancellation);
            transport = isTcp
                ? new TcpTransport(options, tree, hosts, watch, mesh.Take(Channel.Data), barrier)
                : new SharedMemoryTransport(options, tree, hosts, watch, barrier);
            return new CollectiveGroup(options, tree, hosts, transport, watch);
        }
        catch (Exception exception)
        {
            watch.Tell(Notice.Of(exception));
            transport?.Dispose();
            watch.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Removes the shared segments that processes of a job left behind when they died while joining; to be called when no group
    /// of the job is being joined on this host. Returns the files removed. (Joining removes those of older generations itself.)
    /// </summary>
    public static IReadOnlyList<string> RemoveLeftovers(string job, string sharedFolder = "/dev/shm") =>
        Segment.RemoveLeftovers(job, sharedFolder);

    /// <summary>Sums the bucket over all replicas and gives every member the whole result.</summary>
    public void AllReduce(GradientBucket bucket)
    {
        Begin(bucket);
        Complete(bucket);
    }

    /// <summary>
    /// Posts the bucket's partial sums for an all-reduce and returns at once. Also moves on what else is under way, so that
    /// buckets posted while backward runs are reduced meanwhile. All members begin, and complete, buckets in the same order.
    /// </summary>
    public void Begin(GradientBucket bucket)
    {
        Post(bucket, gathersSum: true);
        AdvanceAll();
    }

    /// <summary>As <see cref="Begin"/>, for a reduce-scatter.</summary>
    public void BeginReduceScatter(GradientBucket bucket)
    {
        Post(bucket, gathersSum: false);
        AdvanceAll();
    }

    /// <summary>Moves on what is under way, and never waits: to be called now and then by an engine that computes meanwhile.</summary>
    public void Poll()
    {
        ThrowIfOver();
        if (underWay.Count > 0)
            AdvanceAll();
    }

    /// <summary>Waits until a reduction that was begun is complete.</summary>
    public void Complete(GradientBucket bucket)
    {
        if (!underWay.Contains(bucket))
            throw new InvalidOperationException($"Bucket {bucket.Index} was not begun.");
        Finish(bucket);
    }

    /// <summary>
    /// Sums the bucket; each member has its own chunk of the result (<see cref="GradientBucket.OwnChunk"/>), and all have
    /// side values and squares. Returns when every owner has completed its chunk: from then on no owner can fail to apply it.
    /// </summary>
    public void ReduceScatter(GradientBucket bucket)
    {
        BeginReduceScatter(bucket);
        Complete(bucket);
    }

    /// <summary>Gives every member what the owners hold in <see cref="GradientBucket.OwnChunk"/>.</summary>
    public void AllGather(GradientBucket bucket)
    {
        ThrowIfOver();
        if (bucket.Stage != BucketStage.Reduced)
            throw new InvalidOperationException($"Bucket {bucket.Index} is {bucket.Stage}: an all-gather follows a reduce-scatter.");
        bucket.Stage = BucketStage.Gathering;
        options.PhasePoint?.Invoke(CollectivePhase.Gather, bucket.Step);
        underWay.Add(bucket);
        if (bucket.BlocksToReduce > 0)
            transport.PostSum(bucket);
        Finish(bucket);
    }

    /// <summary>Fills <paramref name="data"/> with the root's; every member gives the same length. No bucket may be under way.</summary>
    public void Broadcast(long step, int root, Span<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Workers);
        ThrowIfOccupied();
        if (Workers > 1)
            transport.Broadcast(step, ++sequence, root, data);
    }

    /// <summary>
    /// Every member gives bytes to the next rank, the last one to rank 0, and gets those of the rank before it. No bucket may be under
    /// way. A group of one has no other rank.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="own">What the next rank gets.</param>
    /// <param name="before">Filled with what the rank before gives: as long as that.</param>
    /// <param name="longest">Of the lengths that members give: the same on every member.</param>
    public void PassOn(long step, ReadOnlySpan<byte> own, Span<byte> before, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 2, nameof(Workers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(own.Length, before.Length), longest, nameof(longest));
        ThrowIfOccupied();
        transport.PassOn(step, ++sequence, own, before, longest);
    }

    /// <summary>Returns when every member has called it. No bucket may be under way.</summary>
    public void Barrier(long step)
    {
        ThrowIfOccupied();
        if (Workers > 1)
            transport.Barrier(step, ++sequence);
    }

    /// <summary>
    /// Ends every wait of this member, now and later, with <see cref="CollectiveAbortedException"/>; the others learn of it when
    /// this member's engine notices or the group is disposed. Any thread, any number of times; the first reason stands.
    /// </summary>
    public void Abort(string reason) => transport.Abort(reason);

    /// <summary>
    /// Breaks this member's connections to the others without a word, as a failing network does: for tests of failures. What either
    /// side does next ends in a <see cref="PeerLostException"/> that accuses the other. Engine thread.
    /// </summary>
    public void CutLinks() => watch.Cut();

    /// <summary>Leaves in good order, or, after a failure or an abort, having told the others why.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        transport.Leave();
        transport.Dispose();
        watch.Dispose();
        program.Dispose();
    }

    private void Post(GradientBucket bucket, bool gathersSum)
    {
        ThrowIfOver();
        if (underWay.Contains(bucket))
            throw new InvalidOperationException($"Bucket {bucket.Index} is still under way: complete it first.");
        bucket.Close();
        bucket.GathersSum = gathersSum;
        bucket.IsDirect = gathersSum && DirectReduction.Suits(bucket.Map, Workers);
        options.YieldPoint?.Invoke();
        transport.PostPartials(bucket);
        underWay.Add(bucket);
        Enter(bucket, CollectivePhase.Reduce);
    }

    private void Finish(GradientBucket bucket)
    {
        while (!TryAdvance(bucket))
        {
            transport.Block(bucket.Phase, bucket.Step);
            AdvanceAll();
        }
        underWay.Remove(bucket);
    }

    private void AdvanceAll()
    {
        transport.Progress();
        foreach (var bucket in underWay)
            TryAdvance(bucket);
    }

    /// <summary>Does whatever can be done for a bucket without waiting; true when its operation is complete.</summary>
    private bool TryAdvance(GradientBucket bucket)
    {
        options.YieldPoint?.Invoke();
        transport.ThrowIfOver();
        switch (bucket.Stage)
        {
            case BucketStage.Posted:
                if (bucket.Phase == CollectivePhase.Reduce)
                {
                    if (!TryReduce(bucket) || !transport.Arrived(bucket, Signal.Partials))
                        return false;
                    Enter(bucket, CollectivePhase.Gather);
                }
                if (!bucket.IsDirect
                    && (bucket.PostsReduced && !transport.Arrived(bucket, Signal.Reduced)
                        || bucket.GathersSum && !transport.Arrived(bucket, Signal.Sum)))
                    return false;
                if (!transport.IsFlushed(bucket))
                    return false;
                bucket.JoinScalars();
                bucket.Stage = bucket.GathersSum ? BucketStage.Gathered : BucketStage.Reduced;
                return true;
            case BucketStage.Gathering:
                bucket.Phase = CollectivePhase.Gather;
                if (!transport.Arrived(bucket, Signal.Sum) || !transport.IsFlushed(bucket))
                    return false;
                bucket.Stage = BucketStage.Gathered;
                return true;
            default:
                return true;
        }
    }

    private void Enter(GradientBucket bucket, CollectivePhase phase)
    {
        bucket.Phase = phase;
        options.PhasePoint?.Invoke(phase, bucket.Step);
    }

    /// <summary>Completes the tree for the blocks whose partial sums are all here; true when all blocks are done.</summary>
    private bool TryReduce(GradientBucket bucket)
    {
        var end = bucket.BlocksToReduce;
        if (bucket.ReducedBlocks == end)
            return true;
        var ready = transport.ReadyBlocks(bucket);
        if (ready == bucket.ReducedBlocks)
            return false;
        var memory = bucket.Memory;
        var squares = !options.Norms ? null : bucket.IsDirect ? memory.DirectSquares : memory.OwnSquares;
        fixed (float** operands = bucket.IsDirect ? memory.DirectOperands : memory.ChunkOperands)
        {
            program.Run(operands, bucket.IsDirect ? memory.Direct : memory.OwnChunk, squares,
                bucket.ReducedBlocks, ready, streaming: (long)end * ChunkMap.BlockElements >= VectorSum.StreamingElements);
        }
        bucket.ReducedBlocks = ready;
        if (!bucket.IsDirect && bucket.GathersSum)
            transport.PostSum(bucket);
        if (!bucket.IsDirect && bucket.PostsReduced && ready == end)
            transport.PostReduced(bucket);
        return ready == end;
    }

    // A chunk that waits for its last blocks holds back whatever is queued behind it.
    private void ThrowIfOccupied()
    {
        ThrowIfOver();
        if (underWay.Count > 0)
            throw new InvalidOperationException($"Bucket {underWay[0].Index} is under way: complete it first.");
    }

    private void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        transport.ThrowIfOver();
    }
}
