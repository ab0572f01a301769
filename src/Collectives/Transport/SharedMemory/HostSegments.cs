using System.Security.Cryptography;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport.SharedMemory;

/// <summary>
/// The mapped segments of one host's members, and where everything lies in them. Gives addresses and flags; whom to wake when
/// a flag is raised, and how to wait for one, is its transport's business.
/// </summary>
internal sealed unsafe class HostSegments : IDisposable
{
    private const int LargestPageBytes = 64 * 1024;
    private const int BlockBytes = ChunkMap.BlockElements * sizeof(float);

    private readonly GroupOptions options;
    private readonly ReplicaTree tree;
    private readonly HostPlan hosts;
    private readonly IReadOnlyList<ChunkMap> maps;
    private readonly Dictionary<int, SegmentLayout> layouts;
    private readonly Segment?[] segments;
    private readonly List<(nint Address, long Length)> views = [];

    public HostSegments(GroupOptions options, ReplicaTree tree, HostPlan hosts, IReadOnlyList<ChunkMap> maps)
    {
        (this.options, this.tree, this.hosts, this.maps) = (options, tree, hosts, maps);
        segments = new Segment?[tree.Workers.Count];
        layouts = hosts.Locals.ToDictionary(local => local,
            local => new SegmentLayout(tree.Workers[local], hosts.OwnersOf(local), maps, Environment.SystemPageSize));
    }

    /// <summary>
    /// How many blocks the edges of chunks are multiples of, so that chunks begin with a page. Hosts may differ in their pages
    /// and must not in their chunks.
    /// </summary>
    public static int Granule(HostPlan hosts) =>
        Math.Max(1, (hosts.HostCount > 1 ? LargestPageBytes : Environment.SystemPageSize) / BlockBytes);

    /// <summary>Creates this member's segment and maps the others', together with all members of the group.</summary>
    public void Map(JoinBarrier barrier)
    {
        var nonce = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        segments[options.Rank] = Segment.Create(options, layouts[options.Rank].Length, nonce);
        var nonces = barrier.Meet(NoticeKind.Ready, nonce);
        foreach (var local in hosts.Locals)
            segments[local] ??= Segment.Open(options, local, layouts[local].Length, nonces[local]);
    }

    /// <summary>Takes the segments' names away, once all homes are placed and everybody has mapped everything.</summary>
    public void Seal(JoinBarrier barrier)
    {
        barrier.Meet(NoticeKind.Mapped, 0);
        foreach (var segment in segments)
        {
            segment?.Unlink();
            segment?.CloseDescriptor();
        }
    }

    public byte* Base(int rank) => segments[rank]!.Address;

    public long* Flag(int rank, long offset) => (long*)(Base(rank) + offset);

    /// <summary>The root's two broadcast pieces.</summary>
    public byte* Piece(int rank, long piece) => Base(rank) + layouts[rank].Pieces + (piece & 1) * SegmentLayout.PieceBytes;

    /// <summary>The rank, plus one, that a member sleeps for; 0 while it is awake.</summary>
    public ref int Sleeping(int rank) => ref *(int*)(Base(rank) + SegmentLayout.Sleeping);

    /// <summary>Where this member puts the chunk of an owner on another host.</summary>
    public byte* RelayedChunk(int owner, GradientBucket bucket) =>
        Base(options.Rank) + layouts[options.Rank].Relay(owner, bucket.Index, bucket.Parity).Chunk;

    /// <summary>One home of a bucket: what the members of this host write; operands from other hosts are left to the caller.</summary>
    public BucketMemory Place(int bucket, int parity)
    {
        var map = maps[bucket];
        var memory = new BucketMemory(tree.Workers.Count, hosts.Sources.Count, hosts.OperandCount);
        var operand = 0;
        for (var source = 0; source < hosts.Locals.Count; source++)
        {
            var plan = tree.Workers[hosts.Locals[source]];
            var layout = layouts[plan.Rank];
            var start = Base(plan.Rank);
            memory.Sides[source] = (SideValues*)(start + layout.Sides(bucket, parity));
            memory.Squares[plan.Rank] = (double*)(start + layout.Squares(bucket, parity));
            foreach (var owner in hosts.OwnersOf(plan.Rank))
                memory.Squares[owner] = (double*)(start + layout.Relay(owner, bucket, parity).Squares);
            for (var slot = 0; slot < plan.Partials.Count; slot++, operand++)
            {
                memory.DirectOperands[operand] = (float*)(start + layout.Slots(bucket, parity)) + slot * map.PaddedElements;
                memory.ChunkOperands[operand] = memory.DirectOperands[operand] + (long)map.FirstBlock(options.Rank) * ChunkMap.BlockElements;
            }
        }
        var own = layouts[options.Rank];
        var ownBase = Base(options.Rank);
        memory.Slots = (float*)(ownBase + own.Slots(bucket, parity));
        memory.OwnChunk = (float*)(ownBase + own.Chunk(bucket, parity));
        memory.OwnSides = (SideValues*)(ownBase + own.Sides(bucket, parity));
        memory.OwnSquares = memory.Squares[options.Rank];
        memory.DirectSquares = memory.OwnSquares;
        memory.Direct = own.Direct(bucket, parity) < 0 ? null : (float*)(ownBase + own.Direct(bucket, parity));
        memory.Gathered = MapGathered(map, bucket, parity);
        return memory;
    }

    public void Dispose()
    {
        foreach (var (address, length) in views)
            SystemCalls.Unmap(address, (nuint)length);
        views.Clear();
        foreach (var segment in segments)
            segment?.Dispose();
    }

    /// <summary>Lays the owners' chunks side by side, wherever on this host each lies: chunk edges are page edges.</summary>
    private float* MapGathered(ChunkMap map, int bucket, int parity)
    {
        var length = (long)map.Blocks * BlockBytes;
        var address = SystemCalls.Map(0, (nuint)length, SystemCalls.ProtRead,
            SystemCalls.MapPrivate | SystemCalls.MapAnonymous | SystemCalls.MapNoReserve, -1, 0);
        if (address == SystemCalls.Failed)
            throw new IOException($"cannot reserve {length:N0} bytes of address space", SystemCalls.LastError("mmap"));
        views.Add((address, length));
        for (var owner = 0; owner < tree.Workers.Count; owner++)
        {
            if (map.BlockCount(owner) == 0)
                continue;
            var writer = hosts.IsLocal(owner) ? owner : hosts.Delegate(hosts.Host, owner);
            var offset = writer == owner ? layouts[owner].Chunk(bucket, parity) : layouts[writer].Relay(owner, bucket, parity).Chunk;
            segments[writer]!.MapAt((byte*)address + (long)map.FirstBlock(owner) * BlockBytes, offset, (long)map.BlockCount(owner) * BlockBytes);
        }
        return (float*)address;
    }
}
