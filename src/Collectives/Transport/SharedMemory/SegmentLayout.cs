using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport.SharedMemory;

/// <summary>
/// Where things lie in one member's segment. Pure, so that every member computes everybody's layout instead of being told:
/// header · flags · scalars (side values and squares, for each bucket and parity) · broadcast pieces · vectors (for each bucket
/// and parity the slots, then the owned chunk, page by page so that peers can map it into one contiguous result; then the chunks of
/// other hosts' owners that this member receives for its host).
/// </summary>
internal sealed class SegmentLayout
{
    /// <summary>Bytes of one of the two broadcast pieces.</summary>
    public const int PieceBytes = 256 * 1024;

    /// <summary>Two cache lines a flag: processors fetch lines in pairs.</summary>
    private const int FlagBytes = 128;
    private const int SignalCount = 3;
    private const int FlagsPerBucket = 2 * SignalCount;
    private const int FixedFlags = 5;

    private readonly long[] sides;
    private readonly long[] squares;
    private readonly long[] slots;
    private readonly long[] chunks;
    private readonly long[] directs;
    private readonly Dictionary<(int Home, int Owner), (long Chunk, long Squares)> relays = [];

    /// <summary>The layout of a member's segment.</summary>
    /// <param name="plan">What the member adds up.</param>
    /// <param name="relayed">The owners on other hosts whose chunks it receives for its host.</param>
    /// <param name="maps">The buckets.</param>
    /// <param name="pageBytes">A page of this host.</param>
    public SegmentLayout(WorkerPlan plan, IEnumerable<int> relayed, IReadOnlyList<ChunkMap> maps, int pageBytes)
    {
        var homes = maps.Count * 2;
        (sides, squares, slots, chunks, directs) = (new long[homes], new long[homes], new long[homes], new long[homes], new long[homes]);
        Length = FlagBytes * (FixedFlags + maps.Count * FlagsPerBucket);
        for (var home = 0; home < homes; home++)
        {
            var map = maps[home / 2];
            sides[home] = Take(plan.Partials.Count * 16L, FlagBytes);
            squares[home] = Take(sizeof(double) * (long)(IsDirect(map) ? map.Blocks : map.BlockCount(plan.Rank)), FlagBytes);
        }
        Pieces = Take(2 * PieceBytes, pageBytes);
        for (var home = 0; home < homes; home++)
        {
            var map = maps[home / 2];
            slots[home] = Take(plan.BufferCount * map.PaddedElements * sizeof(float), pageBytes);
            chunks[home] = Take(map.BlockCount(plan.Rank) * (long)ChunkMap.BlockElements * sizeof(float), pageBytes);
            directs[home] = IsDirect(map) ? Take(map.PaddedElements * sizeof(float), pageBytes) : -1;
            foreach (var owner in relayed)
            {
                relays[(home, owner)] = (Take(map.BlockCount(owner) * (long)ChunkMap.BlockElements * sizeof(float), pageBytes),
                    Take(map.BlockCount(owner) * (long)sizeof(double), FlagBytes));
            }
        }
        Length = Align(Length, pageBytes);
    }

    /// <summary>Bytes of the segment.</summary>
    public long Length { get; private set; }

    /// <summary>The segment's identity.</summary>
    public static long Header => 0;

    /// <summary>The rank, plus one, on whose flag the segment's writer sleeps; 0 while it is awake.</summary>
    public static long Sleeping => FlagBytes;

    public static long BarrierFlag => 2 * FlagBytes;

    /// <summary>The last broadcast piece that the segment's writer has put out.</summary>
    public static long PieceFlag => 3 * FlagBytes;

    /// <summary>Bytes of the whole broadcast that a piece belongs to, one for each piece buffer; written before the piece flag.</summary>
    public static long BroadcastLength(long piece) => PieceFlag + sizeof(long) * (1 + (piece & 1));

    /// <summary>The last broadcast piece, of anyone, that the segment's writer has done with.</summary>
    public static long PieceTakenFlag => 4 * FlagBytes;

    /// <summary>The two broadcast pieces.</summary>
    public long Pieces { get; }

    public static long BucketFlag(int bucket, Signal signal) => FlagBytes * (FixedFlags + bucket * (long)FlagsPerBucket + (int)signal);

    /// <summary>The writer has received what it relays of a signal, from all the owners that it is the delegate for.</summary>
    public static long RelayFlag(int bucket, Signal signal) => BucketFlag(bucket, signal) + FlagBytes * SignalCount;

    public long Sides(int bucket, int parity) => sides[bucket * 2 + parity];

    public long Squares(int bucket, int parity) => squares[bucket * 2 + parity];

    public long Slots(int bucket, int parity) => slots[bucket * 2 + parity];

    public long Chunk(int bucket, int parity) => chunks[bucket * 2 + parity];

    /// <summary>The whole result of a direct reduction; −1 where the bucket is too large for one.</summary>
    public long Direct(int bucket, int parity) => directs[bucket * 2 + parity];

    /// <summary>The chunk of an owner on another host, and its squares.</summary>
    public (long Chunk, long Squares) Relay(int owner, int bucket, int parity) => relays[(bucket * 2 + parity, owner)];

    // A segment has at least one peer.
    private static bool IsDirect(ChunkMap map) => DirectReduction.Suits(map, workers: 2);

    private static long Align(long value, long unit) => (value + unit - 1) / unit * unit;

    private long Take(long bytes, int alignment)
    {
        var at = Align(Length, alignment);
        Length = at + bytes;
        return at;
    }
}
