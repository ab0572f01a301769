using System.Net.Sockets;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>
/// Members anywhere: one data connection for each pair. Partial sums and chunks go out of, and come into, the memory where they
/// are used; an owner completes the tree while they arrive and sends what it has completed while the rest arrives. What comes
/// before this member has asked for it has a place of its own; what is a step ahead stays in the socket.
/// </summary>
internal sealed unsafe class TcpTransport : GroupTransport
{
    private const int PartsPerFrame = 3;
    private const int FramesOutsideBuckets = 4;

    /// <summary>How long a data connection may be down before its control connection, too, must have told why.</summary>
    private static readonly TimeSpan VerdictGrace = TimeSpan.FromMilliseconds(500);

    private readonly ChunkMap[] maps;
    private readonly TcpMemory memory;
    private readonly TcpLink?[] links;
    private readonly GradientBucket?[] buckets;
    private readonly long[,,] arrivedSteps;
    private readonly long[] barrierArrived;
    private readonly SystemCalls.PollDescriptor[] polled;
    private readonly SpinBudget spinBudget;
    private long broadcastSequence;
    private int broadcastRoot = -1;
    private byte* broadcastData;
    private long broadcastLength;
    private bool broadcastArrived;
    private long closedSince;

    public TcpTransport(GroupOptions options, ReplicaTree tree, PeerWatch watch, Socket?[] sockets, JoinBarrier barrier)
        : base(options, tree, watch)
    {
        maps = [.. options.BucketElements.Select(elements => new ChunkMap(elements, Workers))];
        memory = new TcpMemory(tree, maps, Rank);
        buckets = new GradientBucket?[maps.Length];
        arrivedSteps = new long[3, maps.Length, Workers];
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref arrivedSteps[0, 0, 0], arrivedSteps.Length).Fill(-1);
        barrierArrived = new long[Workers];
        polled = new SystemCalls.PollDescriptor[Workers];
        spinBudget = new SpinBudget(Workers);
        var partials = tree.Workers[Rank].Partials.Count;
        var capacity = maps.Length * (3 * PartsPerFrame + partials) + FramesOutsideBuckets * PartsPerFrame;
        links = [.. sockets.Select((socket, peer) => socket is null ? null : new TcpLink(socket, this, peer, capacity))];
        try
        {
            barrier.Meet(NoticeKind.Ready, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyList<ChunkMap> Maps => maps;

    public override BucketMemory Memory(int bucket, int parity) => memory.Of(bucket);

    public override void PostPartials(GradientBucket bucket)
    {
        buckets[bucket.Index] = bucket;
        var map = bucket.Map;
        var home = bucket.Memory;
        bucket.SumIsQueued = false;
        for (var peer = 0; peer < Workers; peer++)
        {
            if (links[peer] is not { } link)
                continue;
            var first = bucket.IsDirect ? 0 : map.FirstBlock(peer);
            var bytes = TcpMemory.BlockBytes * (bucket.IsDirect ? map.Blocks : map.BlockCount(peer));
            SendHeader(link, bucket, FrameKind.Partials, memory.PartialsLength(bucket.Index, Rank, peer, bucket.IsDirect), peer);
            link.Enqueue(home.OwnSides, memory.SidesBytes(Rank), bucket);
            for (var slot = 0; slot < Tree.Workers[Rank].Partials.Count; slot++)
                link.Enqueue(home.Slots + slot * map.PaddedElements + (long)first * ChunkMap.BlockElements, bytes, bucket);
            link.TrySend();
        }
    }

    public override int ReadyBlocks(GradientBucket bucket)
    {
        var ready = bucket.BlocksToReduce;
        for (var peer = 0; peer < Workers && ready > bucket.ReducedBlocks; peer++)
        {
            var blocks = peer == Rank ? ready : BlocksFrom(peer, bucket);
            if (blocks < ready)
                (ready, Awaited) = (Math.Max(blocks, bucket.ReducedBlocks), peer);
        }
        return ready;
    }

    public override void PostReduced(GradientBucket bucket)
    {
        var blocks = bucket.Map.BlockCount(Rank);
        for (var peer = 0; peer < Workers; peer++)
        {
            if (links[peer] is { } link)
            {
                SendHeader(link, bucket, FrameKind.Reduced, blocks * sizeof(double), peer);
                link.Enqueue(bucket.Memory.OwnSquares, blocks * sizeof(double), bucket);
            }
        }
    }

    public override void PostSum(GradientBucket bucket)
    {
        var length = TcpMemory.BlockBytes * bucket.Map.BlockCount(Rank);
        for (var peer = 0; peer < Workers; peer++)
        {
            if (links[peer] is not { } link)
                continue;
            if (!bucket.SumIsQueued)
            {
                SendHeader(link, bucket, FrameKind.Sum, length, peer);
                link.Enqueue(bucket.Memory.OwnChunk, length, bucket, gate: bucket);
            }
            link.TrySend();
        }
        bucket.SumIsQueued = true;
    }

    public override bool Arrived(GradientBucket bucket, Signal signal)
    {
        for (var peer = 0; peer < Workers; peer++)
        {
            var owes = peer != Rank && (signal == Signal.Partials || bucket.Map.BlockCount(peer) > 0);
            if (owes && arrivedSteps[(int)signal, bucket.Index, peer] != bucket.Step)
            {
                Awaited = peer;
                return false;
            }
        }
        return true;
    }

    public override bool IsFlushed(GradientBucket bucket)
    {
        if (bucket.PendingSends == 0)
            return true;
        Awaited = Array.FindIndex(links, link => link is { HasSendable: true });
        return false;
    }

    public override void Progress()
    {
        var progress = true;
        while (progress)
            progress = Pump();
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
            (broadcastSequence, broadcastRoot, broadcastLength) = (sequence, root, data.Length);
            broadcastData = bytes;
            broadcastArrived = false;
            Awaited = root;
            ThrowIfOver();
            while (!broadcastArrived)
                Block(CollectivePhase.Broadcast, step);
            broadcastRoot = -1;
        }
    }

    public override void Barrier(long step, long sequence)
    {
        SendToAll(FrameKind.Barrier, step, sequence, null, 0);
        Drain(CollectivePhase.Barrier, step);
        for (var peer = 0; peer < Workers; peer++)
        {
            Awaited = peer;
            while (peer != Rank && barrierArrived[peer] < sequence)
                Block(CollectivePhase.Barrier, step);
        }
    }

    public override void Dispose()
    {
        foreach (var link in links)
            link?.Dispose();
        memory.Dispose();
    }

    /// <summary>Decides about a frame whose header has come from <paramref name="peer"/>.</summary>
    internal Admission Admit(int peer, in FrameHeader header, out byte* destination)
    {
        destination = null;
        var life = (header.Attempt, header.Generation).CompareTo((Options.Attempt, Options.Generation));
        if (header.Magic != FrameHeader.FrameMagic || header.Rank != peer || header.Length < 0 || life > 0)
            ThrowProtocol(peer, CollectivePhase.Reduce, header.Step, $"malformed frame (kind {header.Kind}, generation {header.Generation})");
        if (life < 0)
            return Admission.Drop;
        return header.Kind switch
        {
            FrameKind.Partials or FrameKind.Reduced or FrameKind.Sum => AdmitBucketFrame(peer, header, out destination),
            FrameKind.Barrier when header.Length == 0 => Admission.Accept,
            FrameKind.Broadcast => AdmitBroadcast(peer, header, out destination),
            _ => Refuse(peer, header),
        };
    }

    /// <summary>A frame's payload has come in whole.</summary>
    internal void Delivered(int peer, in FrameHeader header)
    {
        switch (header.Kind)
        {
            case FrameKind.Barrier: barrierArrived[peer] = Math.Max(barrierArrived[peer], header.Sequence); break;
            case FrameKind.Broadcast: broadcastArrived = true; break;
            default: arrivedSteps[(int)header.Kind, header.Bucket, peer] = header.Step; break;
        }
    }

    protected override bool Spin()
    {
        var spinner = spinBudget.Start();
        do
        {
            if (Pump())
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
        fixed (SystemCalls.PollDescriptor* descriptors = polled)
            SystemCalls.Poll(descriptors, (nuint)polled.Length, (int)SleepSlice.TotalMilliseconds);
        if (Pump())
            return true;
        ThrowIfBroken(phase, step);
        return false;
    }

    protected override bool MayStillDeliver(int peer) => links[peer] is { IsClosed: false };

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

    private int BlocksFrom(int peer, GradientBucket bucket)
    {
        if (arrivedSteps[(int)Signal.Partials, bucket.Index, peer] == bucket.Step)
            return bucket.BlocksToReduce;
        var link = links[peer]!;
        if (link.Received < 0 || link.Current.Kind != FrameKind.Partials
            || link.Current.Bucket != bucket.Index || link.Current.Step != bucket.Step)
            return 0;
        // Partial sums come one after the other: a block is ready when the last of them has it.
        var lastBegins = link.Current.Length - TcpMemory.BlockBytes * bucket.BlocksToReduce;
        return (int)Math.Max(0, (link.Received - lastBegins) / TcpMemory.BlockBytes);
    }

    private Admission AdmitBucketFrame(int peer, in FrameHeader header, out byte* destination)
    {
        destination = null;
        if (header.Bucket < 0 || header.Bucket >= maps.Length)
            return Refuse(peer, header);
        var bucket = buckets[header.Bucket];
        if (header.Step <= arrivedSteps[(int)header.Kind, header.Bucket, peer] || header.Step < (bucket?.Step ?? 0))
            return Admission.Drop;
        var isBusy = bucket is not null && bucket.Stage is BucketStage.Posted or BucketStage.Reduced or BucketStage.Gathering;
        if (header.Kind == FrameKind.Partials)
        {
            if (isBusy && header.Step > bucket!.Step)
                return Admission.Later;
            var isDirect = header.IsDirect != 0;
            if (isDirect && !DirectReduction.Suits(maps[header.Bucket], Workers)
                || header.Length != memory.PartialsLength(header.Bucket, peer, Rank, isDirect))
                return Refuse(peer, header);
            destination = memory.Inbox(header.Bucket, peer);
            return Admission.Accept;
        }
        if (!isBusy || header.Step != bucket!.Step)
            return Refuse(peer, header);
        var blocks = maps[header.Bucket].BlockCount(peer);
        var isSum = header.Kind == FrameKind.Sum;
        destination = isSum
            ? (byte*)(bucket.Memory.Gathered + (long)maps[header.Bucket].FirstBlock(peer) * ChunkMap.BlockElements)
            : (byte*)bucket.Memory.Squares[peer];
        return header.Length == (isSum ? TcpMemory.BlockBytes : sizeof(double)) * blocks ? Admission.Accept : Refuse(peer, header);
    }

    private Admission AdmitBroadcast(int peer, in FrameHeader header, out byte* destination)
    {
        destination = broadcastData;
        if (broadcastRoot != peer || header.Sequence > broadcastSequence)
            return header.Sequence > broadcastSequence ? Admission.Later : Admission.Drop;
        if (header.Sequence < broadcastSequence)
            return Admission.Drop;
        if (header.Length != broadcastLength)
            ThrowProtocol(peer, CollectivePhase.Broadcast, header.Step, $"it broadcasts {header.Length} bytes, {broadcastLength} are expected");
        return Admission.Accept;
    }

    private Admission Refuse(int peer, in FrameHeader header)
    {
        ThrowProtocol(peer, CollectivePhase.Reduce, header.Step,
            $"unexpected frame: {header.Kind} of bucket {header.Bucket}, step {header.Step}, {header.Length} bytes");
        return Admission.Drop;
    }

    private void SendHeader(TcpLink link, GradientBucket bucket, FrameKind kind, long length, int peer)
    {
        var header = memory.Header(bucket.Index, kind, peer);
        *header = NewHeader(kind, bucket.Step, length);
        header->Bucket = bucket.Index;
        header->IsDirect = bucket.IsDirect ? 1 : 0;
        link.Enqueue(header, FrameHeader.Bytes, bucket);
    }

    private void SendToAll(FrameKind kind, long step, long sequence, byte* data, long length)
    {
        for (var peer = 0; peer < Workers; peer++)
        {
            if (links[peer] is not { } link)
                continue;
            var header = memory.LooseHeader(peer);
            *header = NewHeader(kind, step, length);
            header->Sequence = sequence;
            link.Enqueue(header, FrameHeader.Bytes, bucket: null);
            link.Enqueue(data, length, bucket: null);
        }
    }

    /// <summary>Waits until everything is with the kernel: headers and data outside buckets are not kept longer.</summary>
    private void Drain(CollectivePhase phase, long step)
    {
        ThrowIfOver();
        Pump();
        while ((Awaited = Array.FindIndex(links, link => link is { HasSendable: true })) >= 0)
            Block(phase, step);
    }

    private FrameHeader NewHeader(FrameKind kind, long step, long length) => new()
    {
        Magic = FrameHeader.FrameMagic,
        Kind = kind,
        Attempt = Options.Attempt,
        Generation = Options.Generation,
        Step = step,
        Bucket = -1,
        Rank = Rank,
        Length = length,
    };
}
