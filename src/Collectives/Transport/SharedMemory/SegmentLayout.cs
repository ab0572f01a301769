using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.Transport.SharedMemory;

/// <summary>
/// Where things lie in one member's segment. Pure, so that every member computes everybody's layout instead of being told:
/// header · flags · scalars (side values and squares, for each bucket and parity) · broadcast pieces · vectors (for each bucket
/// and parity the slots, then the owned chunk, page by page so that peers can map it into one contiguous result).
/// </summary>
internal sealed class SegmentLayout
{
    /// <summary>Bytes of one of the two broadcast pieces.</summary>
    public const int PieceBytes = 256 * 1024;

    /// <summary>Two cache lines a flag: processors fetch lines in pairs.</summary>
    private const int FlagBytes = 128;
    private const int SignalCount = 3;
    private const int FixedFlags = 5;

    private readonly long[] sides;
    private readonly long[] squares;
    private readonly long[] slots;
    private readonly long[] chunks;
    private readonly long[] directs;

    public SegmentLayout(WorkerPlan plan, IReadOnlyList<ChunkMap> maps, int pageBytes)
    {
        var homes = maps.Count * 2;
        (sides, squares, slots, chunks, directs) = (new long[homes], new long[homes], new long[homes], new long[homes], new long[homes]);
        Length = FlagBytes * (FixedFlags + maps.Count * SignalCount);
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

    public static long BucketFlag(int bucket, Signal signal) => FlagBytes * (FixedFlags + bucket * (long)SignalCount + (int)signal);

    public long Sides(int bucket, int parity) => sides[bucket * 2 + parity];

    public long Squares(int bucket, int parity) => squares[bucket * 2 + parity];

    public long Slots(int bucket, int parity) => slots[bucket * 2 + parity];

    public long Chunk(int bucket, int parity) => chunks[bucket * 2 + parity];

    /// <summary>The whole result of a direct reduction; −1 where the bucket is too large for one.</summary>
    public long Direct(int bucket, int parity) => directs[bucket * 2 + parity];

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
