namespace SeqCluster.Collectives.Topology;

/// <summary>
/// How a bucket is cut into blocks of 1,024 elements and its blocks into W chunks, one for each owner. The last block is
/// padded with zeros. Blocks depend on the bucket alone; only who owns them depends on W.
/// </summary>
public sealed class ChunkMap
{
    /// <summary>Elements of a block: 4 KiB of float32, the page that a chunk is mapped by.</summary>
    public const int BlockElements = 1024;

    private readonly int[] firstBlocks;

    /// <summary>Cuts a bucket.</summary>
    /// <param name="elements">Elements of the bucket, ≥ 0; an empty bucket still has one block of zeros.</param>
    /// <param name="workers">W.</param>
    /// <param name="granuleBlocks">Chunk edges are multiples of this many blocks (more than one where pages exceed 4 KiB).</param>
    public ChunkMap(int elements, int workers, int granuleBlocks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(granuleBlocks, 1);
        Elements = elements;
        Blocks = Math.Max(1, (int)((elements + BlockElements - 1L) / BlockElements));
        var granules = (Blocks + granuleBlocks - 1) / granuleBlocks;
        firstBlocks = new int[workers + 1];
        for (var rank = 0; rank <= workers; rank++)
            firstBlocks[rank] = (int)Math.Min(Blocks, (long)rank * granules / workers * granuleBlocks);
    }

    /// <summary>Elements of the bucket, without padding.</summary>
    public int Elements { get; }

    /// <summary>Blocks of the bucket, at least one.</summary>
    public int Blocks { get; }

    /// <summary>Elements of the bucket with its padding.</summary>
    public long PaddedElements => (long)Blocks * BlockElements;

    /// <summary>The first block that <paramref name="rank"/> owns.</summary>
    public int FirstBlock(int rank) => firstBlocks[rank];

    /// <summary>How many blocks <paramref name="rank"/> owns; none when there are fewer blocks than workers.</summary>
    public int BlockCount(int rank) => firstBlocks[rank + 1] - firstBlocks[rank];
}
