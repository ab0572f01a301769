using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport.SharedMemory;

/// <summary>
/// Members of one host. Each writes its own segment and reads the others' in place: nothing is copied but by the additions
/// themselves, and the owners' chunks are mapped side by side, so that the result is one contiguous vector everywhere.
/// docs/protocols/all-reduce.md gives the order of writes and why no further barrier is needed.
/// </summary>
internal sealed unsafe class SharedMemoryTransport : GroupTransport
{
    private readonly ChunkMap[] maps;
    private readonly HostSegments segments;
    private readonly BucketMemory[] memories;
    private readonly SpinBudget spinBudget;
    private long* awaitedFlag;
    private long awaitedStamp;
    private long pieces;

    public SharedMemoryTransport(GroupOptions options, ReplicaTree tree, HostPlan hosts, PeerWatch watch, JoinBarrier barrier)
        : base(options, tree, hosts, watch)
    {
        maps = [.. options.BucketElements.Select(elements => new ChunkMap(elements, Workers, HostSegments.Granule(hosts)))];
        segments = new HostSegments(options, tree, hosts, maps);
        spinBudget = new SpinBudget(Workers);
        memories = new BucketMemory[maps.Length * 2];
        try
        {
            segments.Map(barrier);
            for (var home = 0; home < memories.Length; home++)
                memories[home] = segments.Place(home / 2, home % 2);
            segments.Seal(barrier);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyList<ChunkMap> Maps => maps;

    public override BucketMemory Memory(int bucket, int parity) => memories[bucket * 2 + parity];

    public override void PostPartials(GradientBucket bucket) => Raise(BucketFlag(bucket, Signal.Partials, Rank), StampOf(bucket.Step));

    public override void PostReduced(GradientBucket bucket) => Raise(BucketFlag(bucket, Signal.Reduced, Rank), StampOf(bucket.Step));

    public override void PostSum(GradientBucket bucket) => Raise(BucketFlag(bucket, Signal.Sum, Rank), StampOf(bucket.Step));

    public override int ReadyBlocks(GradientBucket bucket) =>
        Arrived(bucket, Signal.Partials) ? bucket.BlocksToReduce : bucket.ReducedBlocks;

    public override bool Arrived(GradientBucket bucket, Signal signal)
    {
        var stamp = StampOf(bucket.Step);
        for (var peer = 0; peer < Workers; peer++)
        {
            var owes = signal == Signal.Partials || maps[bucket.Index].BlockCount(peer) > 0;
            if (peer != Rank && owes && !IsRaised(BucketFlag(bucket, signal, peer), stamp, peer))
                return false;
        }
        return true;
    }

    /// <summary>Peers read in place: whoever waits for them elsewhere has waited for their reading, too.</summary>
    public override bool IsFlushed(GradientBucket bucket) => true;

    public override void Barrier(long step, long sequence)
    {
        var stamp = StampOf(sequence);
        Raise(segments.Flag(Rank, SegmentLayout.BarrierFlag), stamp);
        AwaitAll(SegmentLayout.BarrierFlag, stamp, CollectivePhase.Barrier, step);
    }

    /// <summary>
    /// Piece by piece through the root's two piece buffers: piece n is written once everybody has done with piece n − 2, and
    /// every member, the root too, then says that it has done with n.
    /// </summary>
    public override void Broadcast(long step, long sequence, int root, Span<byte> data)
    {
        var offset = 0;
        do
        {
            var piece = data[offset..Math.Min(data.Length, offset + SegmentLayout.PieceBytes)];
            var stamp = StampOf(pieces);
            var home = new Span<byte>(segments.Piece(root, pieces), SegmentLayout.PieceBytes);
            if (Rank == root)
            {
                if (pieces >= 2)
                    AwaitAll(SegmentLayout.PieceTakenFlag, StampOf(pieces - 2), CollectivePhase.Broadcast, step);
                piece.CopyTo(home);
                *(long*)(segments.Base(root) + SegmentLayout.BroadcastLength(pieces)) = data.Length;
                Raise(segments.Flag(root, SegmentLayout.PieceFlag), stamp);
            }
            else
            {
                Await(segments.Flag(root, SegmentLayout.PieceFlag), stamp, root, CollectivePhase.Broadcast, step);
                var sent = *(long*)(segments.Base(root) + SegmentLayout.BroadcastLength(pieces));
                if (sent != data.Length)
                    ThrowProtocol(root, CollectivePhase.Broadcast, step, $"it broadcasts {sent} bytes, {data.Length} are expected");
                home[..piece.Length].CopyTo(piece);
            }
            Raise(segments.Flag(Rank, SegmentLayout.PieceTakenFlag), stamp);
            pieces++;
            offset += piece.Length;
        }
        while (offset < data.Length);
    }

    /// <summary>As <see cref="Broadcast"/>, all at once: every member is the root of its own pieces, and takes those of the rank before.</summary>
    public override void PassOn(long step, long sequence, ReadOnlySpan<byte> own, Span<byte> before, int longest)
    {
        var root = (Rank + Workers - 1) % Workers;
        for (var offset = 0; offset < longest; offset += SegmentLayout.PieceBytes, pieces++)
        {
            var stamp = StampOf(pieces);
            if (pieces >= 2)
                AwaitAll(SegmentLayout.PieceTakenFlag, StampOf(pieces - 2), CollectivePhase.PassOn, step);
            PieceAt(own, offset).CopyTo(new Span<byte>(segments.Piece(Rank, pieces), SegmentLayout.PieceBytes));
            *(long*)(segments.Base(Rank) + SegmentLayout.BroadcastLength(pieces)) = own.Length;
            Raise(segments.Flag(Rank, SegmentLayout.PieceFlag), stamp);
            Await(segments.Flag(root, SegmentLayout.PieceFlag), stamp, root, CollectivePhase.PassOn, step);
            var sent = *(long*)(segments.Base(root) + SegmentLayout.BroadcastLength(pieces));
            if (sent != before.Length)
                ThrowProtocol(root, CollectivePhase.PassOn, step, $"it passes {sent} bytes on, {before.Length} are expected");
            var place = before[Math.Min(offset, before.Length)..];
            new Span<byte>(segments.Piece(root, pieces), Math.Min(place.Length, SegmentLayout.PieceBytes)).CopyTo(place);
            Raise(segments.Flag(Rank, SegmentLayout.PieceTakenFlag), stamp);
        }
    }

    public override void Dispose() => segments.Dispose();

    protected override bool Spin()
    {
        var flag = awaitedFlag;
        var stamp = awaitedStamp;
        var spinner = spinBudget.Start();
        do
        {
            if (Stamp.HasArrived(Volatile.Read(ref *flag), stamp))
                return true;
        }
        while (spinner.Next());
        return false;
    }

    /// <summary>
    /// Says that it sleeps, looks once more, sleeps. With the fence here and the one in <see cref="Raise"/>, either this
    /// member sees the flag or the flag's writer sees the sleeper.
    /// </summary>
    protected override bool Sleep(CollectivePhase phase, long step)
    {
        var flag = awaitedFlag;
        ref var sleeping = ref segments.Sleeping(Rank);
        Volatile.Write(ref sleeping, Awaited + 1);
        Interlocked.MemoryBarrier();
        var seen = Volatile.Read(ref *flag);
        if (!Stamp.HasArrived(seen, awaitedStamp))
            SystemCalls.FutexWait((int*)flag, (int)seen, SleepSlice);
        Volatile.Write(ref sleeping, 0);
        return Stamp.HasArrived(Volatile.Read(ref *flag), awaitedStamp);
    }

    /// <summary>A flag raised just before the farewell counts.</summary>
    protected override bool MayStillDeliver(int peer) => Stamp.HasArrived(Volatile.Read(ref *awaitedFlag), awaitedStamp);

    /// <summary>Follows the chain of sleepers to the one that is not waiting for anybody: it is the one that holds all up.</summary>
    protected override int StalledPeer()
    {
        var peer = Awaited;
        for (var hops = 0; hops < Workers; hops++)
        {
            var next = Volatile.Read(ref segments.Sleeping(peer)) - 1;
            if (next < 0 || next == Rank || next >= Workers)
                break;
            peer = next;
        }
        return peer;
    }

    private static ReadOnlySpan<byte> PieceAt(ReadOnlySpan<byte> bytes, int offset) => offset >= bytes.Length
        ? default
        : bytes[offset..Math.Min(bytes.Length, offset + SegmentLayout.PieceBytes)];

    private long* BucketFlag(GradientBucket bucket, Signal signal, int rank) => segments.Flag(rank, SegmentLayout.BucketFlag(bucket.Index, signal));

    private long StampOf(long sequence) => Stamp.Of(Options.Attempt, Options.Generation, sequence);

    /// <summary>Raises one of this member's flags after all that was written before it, and wakes whoever sleeps on it.</summary>
    private void Raise(long* flag, long stamp)
    {
        Options.YieldPoint?.Invoke();
        Volatile.Write(ref *flag, stamp);
        Interlocked.MemoryBarrier();
        for (var peer = 0; peer < Workers; peer++)
        {
            if (peer != Rank && Volatile.Read(ref segments.Sleeping(peer)) == Rank + 1)
            {
                SystemCalls.FutexWake((int*)flag);
                return;
            }
        }
    }

    private bool IsRaised(long* flag, long stamp, int peer)
    {
        if (Stamp.HasArrived(Volatile.Read(ref *flag), stamp))
            return true;
        awaitedFlag = flag;
        awaitedStamp = stamp;
        Awaited = peer;
        return false;
    }

    private void AwaitAll(long flagOffset, long stamp, CollectivePhase phase, long step)
    {
        for (var peer = 0; peer < Workers; peer++)
        {
            if (peer != Rank)
                Await(segments.Flag(peer, flagOffset), stamp, peer, phase, step);
        }
    }

    private void Await(long* flag, long stamp, int peer, CollectivePhase phase, long step)
    {
        ThrowIfOver();
        while (!IsRaised(flag, stamp, peer))
            Block(phase, step);
    }
}
