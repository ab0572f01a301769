using System.Net.Sockets;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport.SharedMemory;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>
/// Members anywhere: one data connection for each pair, and the segments of <see cref="HostSegments"/> between those of one host.
/// Partial sums and chunks go out of, and come into, the memory where they are used; an owner completes the tree while they
/// arrive and sends what it has completed while the rest arrives. What comes before this member has asked for it has a place of
/// its own; what is a step ahead stays in the socket. Where a host has several members, <see cref="HostPlan"/> says who sends
/// what to which owner, having combined it, and who receives for the others.
/// </summary>
internal sealed unsafe partial class TcpTransport : GroupTransport
{
    private const int PartsPerFrame = 3;
    private const int FramesOutsideBuckets = 4;

    /// <summary>How long a data connection may be down before its control connection, too, must have told why.</summary>
    private static readonly TimeSpan VerdictGrace = TimeSpan.FromMilliseconds(500);

    private readonly ChunkMap[] maps;
    private readonly TcpMemory memory;
    private readonly HostSegments? segments;
    private readonly TreeProgram?[] combiners;
    private readonly TcpLink?[] links;
    private readonly GradientBucket?[] buckets;
    private readonly int[] relayedOwners;
    private readonly long[,,] arrivedSteps;
    private readonly long[] barrierArrived;
    private readonly SystemCalls.PollDescriptor[] polled;
    private readonly SpinBudget spinBudget;
    private long* awaitedFlag;
    private long awaitedStamp;
    private long broadcastSequence;
    private int broadcastRoot = -1;
    private byte* broadcastData;
    private long broadcastLength;
    private bool broadcastArrived;
    private long closedSince;
    private long movedBytes;

    public TcpTransport(GroupOptions options, ReplicaTree tree, HostPlan hosts, PeerWatch watch, Socket?[] sockets, JoinBarrier barrier)
        : base(options, tree, hosts, watch)
    {
        var granule = hosts.AnyHostShares ? HostSegments.Granule(hosts) : 1;
        maps = [.. options.BucketElements.Select(elements => new ChunkMap(elements, Workers, granule))];
        buckets = new GradientBucket?[maps.Length];
        relayedOwners = [.. hosts.OwnersOf(Rank)];
        arrivedSteps = new long[3, maps.Length, Workers];
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref arrivedSteps[0, 0, 0], arrivedSteps.Length).Fill(-1);
        barrierArrived = new long[Workers];
        polled = new SystemCalls.PollDescriptor[Workers];
        spinBudget = new SpinBudget(Workers);
        var locals = hosts.Sources.Take(hosts.Locals.Count).Sum(source => source.Sums.Count);
        combiners = [.. hosts.Combinations.Select(node => node.IsLeaf ? null : new TreeProgram(node, locals))];
        var capacity = maps.Length * (3 * PartsPerFrame + combiners.Length) + FramesOutsideBuckets * PartsPerFrame;
        links = [.. sockets.Select((socket, peer) => socket is null ? null : new TcpLink(socket, this, peer, capacity))];
        segments = hosts.Locals.Count > 1 ? new HostSegments(options, tree, hosts, maps) : null;
        try
        {
            if (segments is null)
                barrier.Meet(NoticeKind.Ready, 0);
            else
                segments.Map(barrier);
            memory = new TcpMemory(tree, hosts, maps, segments);
            *memory.Wake = NewHeader(FrameKind.Wake, 0, 0);
            // Those who share nothing have nothing to name, but everybody waits for everybody.
            if (segments is not null)
                segments.Seal(barrier);
            else if (hosts.AnyHostShares)
                barrier.Meet(NoticeKind.Mapped, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyList<ChunkMap> Maps => maps;

    public override BucketMemory Memory(int bucket, int parity) => memory.Of(bucket, parity);

    public override void PostPartials(GradientBucket bucket)
    {
        buckets[bucket.Index] = bucket;
        bucket.SumIsQueued = false;
        bucket.IsForwarded = false;
        Raise(SegmentLayout.BucketFlag(bucket.Index, Signal.Partials), bucket.Step);
        TryForward(bucket);
    }

    public override int ReadyBlocks(GradientBucket bucket)
    {
        if (!TryForward(bucket))
            return bucket.ReducedBlocks;
        var ready = bucket.BlocksToReduce;
        for (var source = Hosts.Locals.Count; source < Hosts.Sources.Count && ready > bucket.ReducedBlocks; source++)
        {
            var peer = Hosts.Sources[source].Rank;
            var blocks = BlocksFrom(peer, bucket);
            if (blocks >= ready)
                continue;
            ready = Math.Max(blocks, bucket.ReducedBlocks);
            AwaitFrame(peer);
        }
        return ready;
    }

    public override void PostReduced(GradientBucket bucket)
    {
        Raise(SegmentLayout.BucketFlag(bucket.Index, Signal.Reduced), bucket.Step);
        var bytes = bucket.Map.BlockCount(Rank) * sizeof(double);
        for (var host = 0; host < Hosts.HostCount; host++)
        {
            if (host == Hosts.Host)
                continue;
            var peer = Hosts.Delegate(host, Rank);
            SendHeader(links[peer]!, bucket, FrameKind.Reduced, bytes, peer);
            links[peer]!.Enqueue(bucket.Memory.OwnSquares, bytes, bucket);
        }
    }

    public override void PostSum(GradientBucket bucket)
    {
        if (bucket.ReducedBlocks == bucket.BlocksToReduce)
            Raise(SegmentLayout.BucketFlag(bucket.Index, Signal.Sum), bucket.Step);
        var length = TcpMemory.BlockBytes * bucket.Map.BlockCount(Rank);
        for (var host = 0; host < Hosts.HostCount; host++)
        {
            if (host == Hosts.Host)
                continue;
            var peer = Hosts.Delegate(host, Rank);
            if (!bucket.SumIsQueued)
            {
                SendHeader(links[peer]!, bucket, FrameKind.Sum, length, peer);
                links[peer]!.Enqueue(bucket.Memory.OwnChunk, length, bucket, gate: bucket);
            }
            links[peer]!.TrySend();
        }
        bucket.SumIsQueued = true;
    }

    public override bool Arrived(GradientBucket bucket, Signal signal)
    {
        if (signal == Signal.Partials)
        {
            if (!TryForward(bucket))
                return false;
            for (var source = Hosts.Locals.Count; source < Hosts.Sources.Count; source++)
            {
                if (!HasArrived(bucket, signal, Hosts.Sources[source].Rank))
                    return false;
            }
            return true;
        }
        for (var owner = 0; owner < Workers; owner++)
        {
            if (owner != Rank && bucket.Map.BlockCount(owner) > 0 && !IsHere(bucket, signal, owner))
                return false;
        }
        return true;
    }

    public override bool IsFlushed(GradientBucket bucket)
    {
        if (bucket.PendingSends == 0)
            return true;
        AwaitFrame(Array.FindIndex(links, link => link is { HasSendable: true }));
        return false;
    }

    // Once: what has come is reduced, and sent on, before more is read.
    public override void Progress()
    {
        Pump();
        TellMoving();
    }

    public override void Broadcast(long step, long sequence, int root, Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            if (Rank == root)
            {
                SendToAll(FrameKind.Broadcast, step, sequence, bytes, data.Length);
                Drain(CollectivePhase.Broadcast, step);
                return;
            }
            Expect(sequence, root, bytes, data.Length);
            ThrowIfOver();
            while (!broadcastArrived)
                Block(CollectivePhase.Broadcast, step);
            broadcastRoot = -1;
        }
    }

    /// <summary>A frame to the next rank goes while that of the rank before comes.</summary>
    public override void PassOn(long step, long sequence, ReadOnlySpan<byte> own, Span<byte> before, int longest)
    {
        var (next, root) = ((Rank + 1) % Workers, (Rank + Workers - 1) % Workers);
        fixed (byte* bytes = own, place = before)
        {
            Expect(sequence, root, place, before.Length);
            Send(next, FrameKind.Broadcast, step, sequence, bytes, own.Length);
            ThrowIfOver();
            while (!broadcastArrived)
            {
                AwaitFrame(root);
                Block(CollectivePhase.PassOn, step);
            }
            broadcastRoot = -1;
            Drain(CollectivePhase.PassOn, step);
        }
    }

    public override void Barrier(long step, long sequence)
    {
        SendToAll(FrameKind.Barrier, step, sequence, null, 0);
        Drain(CollectivePhase.Barrier, step);
        for (var peer = 0; peer < Workers; peer++)
        {
            AwaitFrame(peer);
            while (peer != Rank && barrierArrived[peer] < sequence)
                Block(CollectivePhase.Barrier, step);
        }
    }

    public override void Dispose()
    {
        foreach (var link in links)
            link?.Dispose();
        foreach (var combiner in combiners)
            combiner?.Dispose();
        memory?.Dispose();
        segments?.Dispose();
    }

    protected override long MovedBytes => movedBytes;

    protected override bool Spin()
    {
        var spinner = spinBudget.Start();
        do
        {
            if (Pump() || FlagIsRaised())
                return true;
        }
        while (spinner.Next());
        return false;
    }

    protected override bool Sleep(CollectivePhase phase, long step)
    {
        for (var peer = 0; peer < Workers; peer++)
        {
            var link = links[peer];
            var events = link is null ? 0 : (link.IsPaused ? 0 : SystemCalls.PollIn) | (link.HasSendable ? SystemCalls.PollOut : 0);
            polled[peer] = new SystemCalls.PollDescriptor
            {
                Descriptor = link is null || link.IsClosed || events == 0 ? -1 : link.Descriptor,
                Events = (short)events,
            };
        }
        if (!FallAsleep())
            return true;
        fixed (SystemCalls.PollDescriptor* descriptors = polled)
            SystemCalls.Poll(descriptors, (nuint)polled.Length, (int)SleepSlice.TotalMilliseconds);
        if (segments is not null)
            Volatile.Write(ref segments.Sleeping(Rank), 0);
        if (Pump() || FlagIsRaised())
            return true;
        ThrowIfBroken(phase, step);
        return false;
    }

    /// <summary>A flag raised, or a frame sent, just before the farewell counts.</summary>
    protected override bool MayStillDeliver(int peer) => links[peer] is { IsClosed: false } || FlagIsRaised();

    private void Expect(long sequence, int root, byte* place, long length)
    {
        (broadcastSequence, broadcastRoot, broadcastLength) = (sequence, root, length);
        broadcastData = place;
        broadcastArrived = false;
        AwaitFrame(root);
    }

    private bool Pump()
    {
        var progress = false;
        foreach (var link in links)
        {
            if (link is not null)
                progress |= link.TryReceive() | link.TrySend();
        }
        return progress;
    }

    /// <summary>A data connection that stays down while the control connection says nothing is a loss all the same.</summary>
    private void ThrowIfBroken(CollectivePhase phase, long step)
    {
        var broken = Array.FindIndex(links, link => link is { IsClosed: true });
        if (broken < 0 || Watch.Heard(broken, NoticeKind.Goodbye) is not null)
            return;
        if (closedSince == 0)
            closedSince = Options.TimeProvider.GetTimestamp();
        if (Options.TimeProvider.GetElapsedTime(closedSince) > VerdictGrace)
            Throw(Loss.Of(broken, PeerLossCause.Disconnected, "its data connection ended"), phase, step);
    }
}
