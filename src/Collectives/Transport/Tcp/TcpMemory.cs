using System.Runtime.InteropServices;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport.SharedMemory;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>
/// The memory of the TCP transport, taken once: for each bucket the worker's slots, the result and the scalars (in the host's
/// segments where it has any), an inbox for what each other host contributes, an outbox for what this host combines, and the
/// headers of the frames in flight. An operation completes only when its memory has been sent.
/// </summary>
internal sealed unsafe class TcpMemory : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const long BlockBytes = ChunkMap.BlockElements * sizeof(float);

    private const int PageBytes = 4096;
    private const int LineBytes = 64;
    private const int HeadersPerBucket = 3;

    private readonly WorkerPlan plan;
    private readonly HostPlan hosts;
    private readonly IReadOnlyList<ChunkMap> maps;
    private readonly int workers;
    private readonly List<nint> allocations = [];
    private readonly BucketMemory[] homes;
    private readonly nint[,] inboxes;
    private readonly nint[,] outboxes;
    private readonly nint[] outboxSides;
    private readonly FrameHeader* headers;

    public TcpMemory(ReplicaTree tree, HostPlan hosts, IReadOnlyList<ChunkMap> maps, HostSegments? segments)
    {
        (this.hosts, this.maps) = (hosts, maps);
        plan = tree.Workers[hosts.Rank];
        workers = tree.Workers.Count;
        inboxes = new nint[maps.Count, workers];
        outboxes = new nint[maps.Count, hosts.Combinations.Count];
        outboxSides = new nint[maps.Count];
        headers = (FrameHeader*)Take(((maps.Count * HeadersPerBucket + 1) * workers + 1) * (long)FrameHeader.Bytes);
        homes = new BucketMemory[maps.Count * 2];
        for (var bucket = 0; bucket < maps.Count; bucket++)
        {
            TakeBoxes(bucket);
            homes[bucket * 2] = segments?.Place(bucket, 0) ?? PlaceAlone(bucket);
            // Alone on its host, a member has nobody who still reads the last step's home.
            homes[bucket * 2 + 1] = segments?.Place(bucket, 1) ?? homes[bucket * 2];
            PlaceRemote(homes[bucket * 2], bucket);
            PlaceRemote(homes[bucket * 2 + 1], bucket);
        }
    }

    /// <summary>Where a bucket lies.</summary>
    public BucketMemory Of(int bucket, int parity) => homes[bucket * 2 + parity];

    /// <summary>Where another host's frame of partial sums goes, side values first.</summary>
    public byte* Inbox(int bucket, int peer) => (byte*)inboxes[bucket, peer];

    /// <summary>Where this host's combined sum goes, the whole bucket long; null where it is one member's partial sum as it is.</summary>
    public float* Outbox(int bucket, int combination) => (float*)outboxes[bucket, combination];

    /// <summary>Where the side values of this host's sums go.</summary>
    public SideValues* OutboxSides(int bucket) => (SideValues*)outboxSides[bucket];

    /// <summary>The header of a bucket's frame to a peer.</summary>
    public FrameHeader* Header(int bucket, FrameKind kind, int peer) => headers + (bucket * HeadersPerBucket + (int)kind) * workers + peer;

    /// <summary>The header of a frame outside the buckets to a peer; one at a time is in flight.</summary>
    public FrameHeader* LooseHeader(int peer) => headers + maps.Count * HeadersPerBucket * workers + peer;

    /// <summary>The header of every frame that wakes: it never changes, so any number may be in flight.</summary>
    public FrameHeader* Wake => headers + (maps.Count * HeadersPerBucket + 1) * workers;

    /// <summary>Bytes that side values take in a frame, padded so that the vectors after them are aligned.</summary>
    public static long SidesBytes(int sums) => (sums * (long)sizeof(SideValues) + LineBytes - 1) / LineBytes * LineBytes;

    /// <summary>Payload bytes of a frame of so many sums.</summary>
    public long PartialsLength(int bucket, int sums, int receiver, bool isDirect)
    {
        var blocks = isDirect ? maps[bucket].Blocks : maps[bucket].BlockCount(receiver);
        return SidesBytes(sums) + sums * blocks * BlockBytes;
    }

    public void Dispose()
    {
        foreach (var allocation in allocations)
            NativeMemory.AlignedFree((void*)allocation);
        allocations.Clear();
    }

    private void TakeBoxes(int bucket)
    {
        outboxSides[bucket] = (nint)Take(SidesBytes(hosts.Combinations.Count));
        for (var combination = 0; combination < hosts.Combinations.Count; combination++)
        {
            // Only the owners' parts that this member deals with are ever touched.
            if (!hosts.Combinations[combination].IsLeaf)
                outboxes[bucket, combination] = (nint)Reserve(maps[bucket].Blocks * BlockBytes);
        }
        var isDirect = DirectReduction.Suits(maps[bucket], workers);
        foreach (var source in hosts.Sources.Skip(hosts.Locals.Count))
            inboxes[bucket, source.Rank] = (nint)Take(PartialsLength(bucket, source.Sums.Count, hosts.Rank, isDirect));
    }

    private BucketMemory PlaceAlone(int bucket)
    {
        var map = maps[bucket];
        var memory = new BucketMemory(workers, hosts.Sources.Count, hosts.OperandCount)
        {
            Slots = (float*)Take(plan.BufferCount * map.Blocks * BlockBytes),
            OwnSides = (SideValues*)Take(SidesBytes(plan.Partials.Count)),
            DirectSquares = (double*)Take(map.Blocks * (long)sizeof(double)),
        };
        // A lone worker's only partial sum is the result.
        memory.Gathered = workers == 1 ? memory.Slots : (float*)Take(map.Blocks * BlockBytes);
        memory.Direct = memory.Gathered;
        memory.OwnChunk = memory.Gathered + (long)map.FirstBlock(plan.Rank) * ChunkMap.BlockElements;
        memory.OwnSquares = memory.DirectSquares + map.FirstBlock(plan.Rank);
        memory.Sides[0] = memory.OwnSides;
        for (var owner = 0; owner < workers; owner++)
            memory.Squares[owner] = memory.DirectSquares + map.FirstBlock(owner);
        for (var slot = 0; slot < plan.Partials.Count; slot++)
        {
            memory.DirectOperands[slot] = memory.Slots + slot * map.PaddedElements;
            memory.ChunkOperands[slot] = memory.DirectOperands[slot] + (long)map.FirstBlock(plan.Rank) * ChunkMap.BlockElements;
        }
        return memory;
    }

    private void PlaceRemote(BucketMemory memory, int bucket)
    {
        var map = maps[bucket];
        var chunkElements = map.BlockCount(hosts.Rank) * (long)ChunkMap.BlockElements;
        var operand = hosts.Sources.Take(hosts.Locals.Count).Sum(source => source.Sums.Count);
        for (var index = hosts.Locals.Count; index < hosts.Sources.Count; index++)
        {
            var source = hosts.Sources[index];
            memory.Sides[index] = (SideValues*)Inbox(bucket, source.Rank);
            var vectors = (float*)(Inbox(bucket, source.Rank) + SidesBytes(source.Sums.Count));
            for (var sum = 0; sum < source.Sums.Count; sum++, operand++)
            {
                memory.DirectOperands[operand] = vectors + sum * map.PaddedElements;
                memory.ChunkOperands[operand] = vectors + sum * chunkElements;
            }
        }
    }

    /// <summary>Zeroed, so that padding is zero and every page is there before the first step.</summary>
    private byte* Take(long bytes)
    {
        var memory = Reserve(bytes);
        NativeMemory.Clear(memory, (nuint)Math.Max(bytes, LineBytes));
        return memory;
    }

    private byte* Reserve(long bytes)
    {
        var memory = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, LineBytes), PageBytes);
        allocations.Add((nint)memory);
        return (byte*)memory;
    }
}
