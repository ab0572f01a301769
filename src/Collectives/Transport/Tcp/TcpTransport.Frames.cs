using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport.SharedMemory;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>The frames: which are taken, where their payload goes, and what is sent.</summary>
internal sealed unsafe partial class TcpTransport
{
    /// <summary>Counts bytes that have come or gone.</summary>
    internal void Moved(long bytes) => movedBytes += bytes;

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
            FrameKind.Barrier or FrameKind.Wake when header.Length == 0 => Admission.Accept,
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
            case FrameKind.Wake: break;
            default: Take(peer, header); break;
        }
    }

    /// <summary>A frame of a bucket is here; those that wait on this host for what it relays are told once all of it is here.</summary>
    private void Take(int peer, in FrameHeader header)
    {
        var signal = (Signal)header.Kind;
        arrivedSteps[(int)signal, header.Bucket, peer] = header.Step;
        if (segments is null || signal == Signal.Partials)
            return;
        foreach (var owner in relayedOwners)
        {
            if (maps[header.Bucket].BlockCount(owner) > 0 && arrivedSteps[(int)signal, header.Bucket, owner] != header.Step)
                return;
        }
        Raise(SegmentLayout.RelayFlag(header.Bucket, signal), header.Step);
    }

    private OperandSource? SourceOf(int peer)
    {
        for (var source = Hosts.Locals.Count; source < Hosts.Sources.Count; source++)
        {
            if (Hosts.Sources[source].Rank == peer)
                return Hosts.Sources[source];
        }
        return null;
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
                || SourceOf(peer) is not { } source
                || header.Length != memory.PartialsLength(header.Bucket, source.Sums.Count, Rank, isDirect))
                return Refuse(peer, header);
            destination = memory.Inbox(header.Bucket, peer);
            return Admission.Accept;
        }
        if (!isBusy || header.Step != bucket!.Step || Hosts.IsLocal(peer) || Hosts.Delegate(Hosts.Host, peer) != Rank)
            return Refuse(peer, header);
        var blocks = maps[header.Bucket].BlockCount(peer);
        var isSum = header.Kind == FrameKind.Sum;
        destination = isSum && segments is not null ? segments.RelayedChunk(peer, bucket)
            : isSum ? (byte*)(bucket.Memory.Gathered + (long)maps[header.Bucket].FirstBlock(peer) * ChunkMap.BlockElements)
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
            if (peer != Rank)
                Send(peer, kind, step, sequence, data, length);
        }
    }

    private void Send(int peer, FrameKind kind, long step, long sequence, byte* data, long length)
    {
        var header = memory.LooseHeader(peer);
        *header = NewHeader(kind, step, length);
        header->Sequence = sequence;
        links[peer]!.Enqueue(header, FrameHeader.Bytes, bucket: null);
        links[peer]!.Enqueue(data, length, bucket: null);
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
