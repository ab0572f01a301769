using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport.SharedMemory;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>What members of one host do for each other, and what of a bucket has come.</summary>
internal sealed unsafe partial class TcpTransport
{
    private const int BlocksPerPiece = 32;

    protected override int StalledPeer()
    {
        var peer = Awaited;
        for (var hops = 0; segments is not null && hops < Workers && peer >= 0 && Hosts.IsLocal(peer); hops++)
        {
            var next = Volatile.Read(ref segments.Sleeping(peer)) - 1;
            if (next < 0 || next == Rank || next >= Workers)
                break;
            peer = next;
        }
        return peer;
    }

    // Its host's members, who see which of them holds the others up, are to speak first.
    protected override bool IsSpokenFor(int peer) => peer >= 0 && !Hosts.IsLocal(peer) && Hosts.SharesHost(peer);

    protected override bool IsWitnessed(int peer) => peer >= 0 && Hosts.IsLocal(peer);

    /// <summary>
    /// Sends what this host contributes to the owners that this member deals with, once every local member has posted; false
    /// while one has not. A sum that one member formed alone goes straight out of that member's segment.
    /// </summary>
    private bool TryForward(GradientBucket bucket)
    {
        if (bucket.IsForwarded)
            return true;
        foreach (var local in Hosts.Locals)
        {
            if (local != Rank && !IsRaised(SegmentLayout.BucketFlag(bucket.Index, Signal.Partials), local, bucket.Step))
                return false;
        }
        bucket.IsForwarded = true;
        if (relayedOwners.Length == 0)
            return true;
        JoinSides(bucket);
        foreach (var owner in relayedOwners)
        {
            var first = bucket.IsDirect ? 0 : bucket.Map.FirstBlock(owner);
            SendSums(bucket, owner, first, bucket.IsDirect ? bucket.Map.Blocks : bucket.Map.BlockCount(owner));
        }
        return true;
    }

    private void JoinSides(GradientBucket bucket)
    {
        var operands = new List<SideValues>();
        for (var local = 0; local < Hosts.Locals.Count; local++)
            operands.AddRange(new ReadOnlySpan<SideValues>(bucket.Memory.Sides[local], Hosts.Sources[local].Sums.Count));
        for (var combination = 0; combination < combiners.Length; combination++)
        {
            memory.OutboxSides(bucket.Index)[combination] =
                SideValues.Complete(Hosts.Combinations[combination], System.Runtime.InteropServices.CollectionsMarshal.AsSpan(operands));
        }
    }

    private void SendSums(GradientBucket bucket, int owner, int firstBlock, int blocks)
    {
        var link = links[owner]!;
        SendHeader(link, bucket, FrameKind.Partials, memory.PartialsLength(bucket.Index, combiners.Length, owner, bucket.IsDirect), owner);
        link.Enqueue(memory.OutboxSides(bucket.Index), TcpMemory.SidesBytes(combiners.Length), bucket);
        var operands = bucket.Memory.DirectOperands;
        for (var combination = 0; combination < combiners.Length; combination++)
        {
            var whole = memory.Outbox(bucket.Index, combination);
            if (combiners[combination] is not { } combiner)
                whole = operands[Hosts.Combinations[combination].Operand];
            // In a direct reduction every owner gets the same whole.
            else if (!bucket.IsDirect || owner == relayedOwners[0])
            {
                fixed (float** sources = operands)
                    combiner.Run(sources, whole, null, firstBlock, firstBlock + blocks, streaming: false);
            }
            link.Enqueue(whole + (long)firstBlock * ChunkMap.BlockElements, blocks * TcpMemory.BlockBytes, bucket);
        }
        link.TrySend();
    }

    /// <summary>Whether an owner's result, or its squares, can be read here.</summary>
    private bool IsHere(GradientBucket bucket, Signal signal, int owner)
    {
        if (Hosts.IsLocal(owner))
            return IsRaised(SegmentLayout.BucketFlag(bucket.Index, signal), owner, bucket.Step);
        var relay = Hosts.Delegate(Hosts.Host, owner);
        return relay == Rank
            ? HasArrived(bucket, signal, owner)
            : IsRaised(SegmentLayout.RelayFlag(bucket.Index, signal), relay, bucket.Step);
    }

    private bool HasArrived(GradientBucket bucket, Signal signal, int peer)
    {
        if (arrivedSteps[(int)signal, bucket.Index, peer] == bucket.Step)
            return true;
        AwaitFrame(peer);
        return false;
    }

    /// <summary>The last "not yet" is about a frame of a peer.</summary>
    private void AwaitFrame(int peer)
    {
        Awaited = peer;
        awaitedFlag = null;
    }

    private bool IsRaised(long offset, int local, long step)
    {
        var flag = segments!.Flag(local, offset);
        var stamp = Stamp.Of(Options.Attempt, Options.Generation, step);
        if (Stamp.HasArrived(Volatile.Read(ref *flag), stamp))
            return true;
        Awaited = local;
        awaitedFlag = flag;
        awaitedStamp = stamp;
        return false;
    }

    private bool FlagIsRaised() => awaitedFlag != null && Stamp.HasArrived(Volatile.Read(ref *awaitedFlag), awaitedStamp);

    /// <summary>
    /// Raises one of this member's flags after all that was written before it. Whoever sleeps on this host sleeps on its
    /// sockets, so it is woken by a frame; one that is on its way already will do.
    /// </summary>
    private void Raise(long offset, long step)
    {
        if (segments is null)
            return;
        Options.YieldPoint?.Invoke();
        Volatile.Write(ref *segments.Flag(Rank, offset), Stamp.Of(Options.Attempt, Options.Generation, step));
        Interlocked.MemoryBarrier();
        foreach (var local in Hosts.Locals)
        {
            if (local == Rank || Volatile.Read(ref segments.Sleeping(local)) == 0 || links[local] is not { HasSendable: false } link)
                continue;
            link.Enqueue(memory.Wake, FrameHeader.Bytes, bucket: null);
            link.TrySend();
        }
    }

    /// <summary>Says that this member sleeps, and looks once more at what it waits for; false when that has come.</summary>
    private bool FallAsleep()
    {
        if (segments is null)
            return true;
        Volatile.Write(ref segments.Sleeping(Rank), (Awaited < 0 ? Rank : Awaited) + 1);
        Interlocked.MemoryBarrier();
        if (!FlagIsRaised())
            return true;
        Volatile.Write(ref segments.Sleeping(Rank), 0);
        return false;
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
        var whole = (int)Math.Max(0, (link.Received - lastBegins) / TcpMemory.BlockBytes);
        // A piece is summed and sent on by calls of its own: small ones cost more than they overlap.
        return whole / BlocksPerPiece * BlocksPerPiece;
    }
}
