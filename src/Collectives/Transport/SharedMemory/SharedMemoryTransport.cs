using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
    private readonly SegmentLayout[] layouts;
    private readonly Segment?[] segments;
    private readonly BucketMemory[] memories;
    private readonly List<(nint Address, long Length)> views = [];
    private readonly SpinBudget spinBudget;
    private long* awaitedFlag;
    private long awaitedStamp;
    private long pieces;

    public SharedMemoryTransport(GroupOptions options, ReplicaTree tree, PeerWatch watch, JoinBarrier barrier)
        : base(options, tree, watch)
    {
        var pageBytes = Environment.SystemPageSize;
        var granule = Math.Max(1, pageBytes / (ChunkMap.BlockElements * sizeof(float)));
        maps = [.. options.BucketElements.Select(elements => new ChunkMap(elements, Workers, granule))];
        layouts = [.. tree.Workers.Select(plan => new SegmentLayout(plan, maps, pageBytes))];
        segments = new Segment?[Workers];
        spinBudget = new SpinBudget(Workers);
        memories = new BucketMemory[maps.Length * 2];
        try
        {
            MapSegments(barrier);
            for (var home = 0; home < memories.Length; home++)
                memories[home] = Place(home / 2, home % 2);
            barrier.Meet(NoticeKind.Mapped, 0);
            foreach (var segment in segments)
            {
                segment!.Unlink();
                segment.CloseDescriptor();
            }
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
        Raise(Flag(Rank, SegmentLayout.BarrierFlag), stamp);
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
            var home = new Span<byte>(Base(root) + layouts[root].Pieces + (pieces & 1) * SegmentLayout.PieceBytes, SegmentLayout.PieceBytes);
            if (Rank == root)
            {
                if (pieces >= 2)
                    AwaitAll(SegmentLayout.PieceTakenFlag, StampOf(pieces - 2), CollectivePhase.Broadcast, step);
                piece.CopyTo(home);
                *(long*)(Base(root) + SegmentLayout.BroadcastLength(pieces)) = data.Length;
                Raise(Flag(root, SegmentLayout.PieceFlag), stamp);
            }
            else
            {
                Await(Flag(root, SegmentLayout.PieceFlag), stamp, root, CollectivePhase.Broadcast, step);
                var sent = *(long*)(Base(root) + SegmentLayout.BroadcastLength(pieces));
                if (sent != data.Length)
                    ThrowProtocol(root, CollectivePhase.Broadcast, step, $"it broadcasts {sent} bytes, {data.Length} are expected");
                home[..piece.Length].CopyTo(piece);
            }
            Raise(Flag(Rank, SegmentLayout.PieceTakenFlag), stamp);
            pieces++;
            offset += piece.Length;
        }
        while (offset < data.Length);
    }

    public override void Dispose()
    {
        foreach (var (address, length) in views)
            SystemCalls.Unmap(address, (nuint)length);
        views.Clear();
        foreach (var segment in segments)
            segment?.Dispose();
    }

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
        var sleeping = (int*)(Base(Rank) + SegmentLayout.Sleeping);
        Volatile.Write(ref *sleeping, Awaited + 1);
        Interlocked.MemoryBarrier();
        var seen = Volatile.Read(ref *flag);
        if (!Stamp.HasArrived(seen, awaitedStamp))
            SystemCalls.FutexWait((int*)flag, (int)seen, SleepSlice);
        Volatile.Write(ref *sleeping, 0);
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
            var next = Volatile.Read(ref *(int*)(Base(peer) + SegmentLayout.Sleeping)) - 1;
            if (next < 0 || next == Rank || next >= Workers)
                break;
            peer = next;
        }
        return peer;
    }

    private void MapSegments(JoinBarrier barrier)
    {
        var nonce = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        segments[Rank] = Segment.Create(Options, layouts[Rank].Length, nonce);
        var nonces = barrier.Meet(NoticeKind.Ready, nonce);
        for (var peer = 0; peer < Workers; peer++)
            segments[peer] ??= Segment.Open(Options, peer, layouts[peer].Length, nonces[peer]);
    }

    private BucketMemory Place(int bucket, int parity)
    {
        var map = maps[bucket];
        var memory = new BucketMemory(Workers, Tree.OperandCount);
        var operand = 0;
        foreach (var plan in Tree.Workers)
        {
            var layout = layouts[plan.Rank];
            var start = Base(plan.Rank);
            memory.Sides[plan.Rank] = (SideValues*)(start + layout.Sides(bucket, parity));
            memory.Squares[plan.Rank] = (double*)(start + layout.Squares(bucket, parity));
            for (var slot = 0; slot < plan.Partials.Count; slot++, operand++)
            {
                memory.DirectOperands[operand] = (float*)(start + layout.Slots(bucket, parity)) + slot * map.PaddedElements;
                memory.ChunkOperands[operand] = memory.DirectOperands[operand] + (long)map.FirstBlock(Rank) * ChunkMap.BlockElements;
            }
        }
        var own = layouts[Rank];
        memory.Slots = (float*)(Base(Rank) + own.Slots(bucket, parity));
        memory.OwnChunk = (float*)(Base(Rank) + own.Chunk(bucket, parity));
        memory.OwnSides = memory.Sides[Rank];
        memory.OwnSquares = memory.Squares[Rank];
        memory.DirectSquares = memory.OwnSquares;
        memory.Direct = own.Direct(bucket, parity) < 0 ? null : (float*)(Base(Rank) + own.Direct(bucket, parity));
        memory.Gathered = MapGathered(map, bucket, parity);
        return memory;
    }

    /// <summary>Lays the owners' chunks side by side: chunk edges are page edges.</summary>
    private float* MapGathered(ChunkMap map, int bucket, int parity)
    {
        var blockBytes = ChunkMap.BlockElements * sizeof(float);
        var length = (long)map.Blocks * blockBytes;
        var address = SystemCalls.Map(0, (nuint)length, SystemCalls.ProtRead,
            SystemCalls.MapPrivate | SystemCalls.MapAnonymous | SystemCalls.MapNoReserve, -1, 0);
        if (address == SystemCalls.Failed)
            throw new IOException($"cannot reserve {length:N0} bytes of address space", SystemCalls.LastError("mmap"));
        views.Add((address, length));
        for (var owner = 0; owner < Workers; owner++)
        {
            if (map.BlockCount(owner) > 0)
            {
                segments[owner]!.MapAt((byte*)address + (long)map.FirstBlock(owner) * blockBytes,
                    layouts[owner].Chunk(bucket, parity), (long)map.BlockCount(owner) * blockBytes);
            }
        }
        return (float*)address;
    }

    private byte* Base(int rank) => segments[rank]!.Address;

    private long* Flag(int rank, long offset) => (long*)(Base(rank) + offset);

    private long* BucketFlag(GradientBucket bucket, Signal signal, int rank) => Flag(rank, SegmentLayout.BucketFlag(bucket.Index, signal));

    private long StampOf(long sequence) => Stamp.Of(Options.Attempt, Options.Generation, sequence);

    /// <summary>Raises one of this member's flags after all that was written before it, and wakes whoever sleeps on it.</summary>
    private void Raise(long* flag, long stamp)
    {
        Options.YieldPoint?.Invoke();
        Volatile.Write(ref *flag, stamp);
        Interlocked.MemoryBarrier();
        for (var peer = 0; peer < Workers; peer++)
        {
            if (peer != Rank && Volatile.Read(ref *(int*)(Base(peer) + SegmentLayout.Sleeping)) == Rank + 1)
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
                Await(Flag(peer, flagOffset), stamp, peer, phase, step);
        }
    }

    private void Await(long* flag, long stamp, int peer, CollectivePhase phase, long step)
    {
        ThrowIfOver();
        while (!IsRaised(flag, stamp, peer))
            Block(phase, step);
    }
}
