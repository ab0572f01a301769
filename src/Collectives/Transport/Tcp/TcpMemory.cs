using System.Runtime.InteropServices;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport.Tcp;

/// <summary>
/// The memory of the TCP transport, taken once: for each bucket the worker's slots, the result, the scalars, an inbox for each
/// peer's partial sums, and the headers of the frames in flight. One home serves every step: an operation completes only when
/// its memory has been sent.
/// </summary>
internal sealed unsafe class TcpMemory : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const long BlockBytes = ChunkMap.BlockElements * sizeof(float);

    private const int PageBytes = 4096;
    private const int LineBytes = 64;
    private const int HeadersPerBucket = 3;

    private readonly ReplicaTree tree;
    private readonly IReadOnlyList<ChunkMap> maps;
    private readonly int rank;
    private readonly int workers;
    private readonly List<nint> allocations = [];
    private readonly BucketMemory[] buckets;
    private readonly nint[,] inboxes;
    private readonly FrameHeader* headers;

    public TcpMemory(ReplicaTree tree, IReadOnlyList<ChunkMap> maps, int rank)
    {
        (this.tree, this.maps, this.rank) = (tree, maps, rank);
        workers = tree.Workers.Count;
        inboxes = new nint[maps.Count, workers];
        headers = (FrameHeader*)Take((maps.Count * HeadersPerBucket + 1) * workers * (long)FrameHeader.Bytes);
        buckets = [.. maps.Select((_, bucket) => Place(bucket))];
    }

    /// <summary>Where a bucket lies.</summary>
    public BucketMemory Of(int bucket) => buckets[bucket];

    /// <summary>Where a peer's frame of partial sums goes, side values first.</summary>
    public byte* Inbox(int bucket, int peer) => (byte*)inboxes[bucket, peer];

    /// <summary>The header of a bucket's frame to a peer.</summary>
    public FrameHeader* Header(int bucket, FrameKind kind, int peer) => headers + (bucket * HeadersPerBucket + (int)kind) * workers + peer;

    /// <summary>The header of a frame outside the buckets to a peer; one at a time is in flight.</summary>
    public FrameHeader* LooseHeader(int peer) => headers + maps.Count * HeadersPerBucket * workers + peer;

    /// <summary>Bytes that a member's side values take in a frame, padded so that the vectors after them are aligned.</summary>
    public long SidesBytes(int sender) =>
        (tree.Workers[sender].Partials.Count * (long)sizeof(SideValues) + LineBytes - 1) / LineBytes * LineBytes;

    /// <summary>Payload bytes of a frame of partial sums.</summary>
    public long PartialsLength(int bucket, int sender, int receiver, bool isDirect)
    {
        var blocks = isDirect ? maps[bucket].Blocks : maps[bucket].BlockCount(receiver);
        return SidesBytes(sender) + tree.Workers[sender].Partials.Count * blocks * BlockBytes;
    }

    public void Dispose()
    {
        foreach (var allocation in allocations)
            NativeMemory.AlignedFree((void*)allocation);
        allocations.Clear();
    }

    private BucketMemory Place(int bucket)
    {
        var map = maps[bucket];
        var memory = new BucketMemory(workers, tree.OperandCount)
        {
            Slots = (float*)Take(tree.Workers[rank].BufferCount * map.Blocks * BlockBytes),
            OwnSides = (SideValues*)Take(SidesBytes(rank)),
            DirectSquares = (double*)Take(map.Blocks * (long)sizeof(double)),
        };
        // A lone worker's only partial sum is the result.
        memory.Gathered = workers == 1 ? memory.Slots : (float*)Take(map.Blocks * BlockBytes);
        memory.Direct = memory.Gathered;
        memory.OwnChunk = memory.Gathered + (long)map.FirstBlock(rank) * ChunkMap.BlockElements;
        memory.OwnSquares = memory.DirectSquares + map.FirstBlock(rank);
        var operand = 0;
        foreach (var plan in tree.Workers)
        {
            memory.Squares[plan.Rank] = memory.DirectSquares + map.FirstBlock(plan.Rank);
            operand = PlaceOperands(memory, bucket, plan, operand);
        }
        return memory;
    }

    private int PlaceOperands(BucketMemory memory, int bucket, WorkerPlan plan, int operand)
    {
        var map = maps[bucket];
        var chunkElements = map.BlockCount(rank) * (long)ChunkMap.BlockElements;
        var vectors = memory.Slots;
        memory.Sides[plan.Rank] = memory.OwnSides;
        if (plan.Rank != rank)
        {
            var isDirect = DirectReduction.Suits(map, workers);
            inboxes[bucket, plan.Rank] = (nint)Take(PartialsLength(bucket, plan.Rank, rank, isDirect));
            memory.Sides[plan.Rank] = (SideValues*)Inbox(bucket, plan.Rank);
            vectors = (float*)(Inbox(bucket, plan.Rank) + SidesBytes(plan.Rank));
        }
        for (var slot = 0; slot < plan.Partials.Count; slot++, operand++)
        {
            memory.DirectOperands[operand] = vectors + slot * map.PaddedElements;
            memory.ChunkOperands[operand] = plan.Rank == rank
                ? memory.DirectOperands[operand] + (long)map.FirstBlock(rank) * ChunkMap.BlockElements
                : vectors + slot * chunkElements;
        }
        return operand;
    }

    /// <summary>Zeroed, so that padding is zero and every page is there before the first step.</summary>
    private byte* Take(long bytes)
    {
        var memory = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, LineBytes), PageBytes);
        NativeMemory.Clear(memory, (nuint)Math.Max(bytes, LineBytes));
        allocations.Add((nint)memory);
        return (byte*)memory;
    }
}
