using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// Small buckets are reduced in one round: every member gets everybody's partial sums and completes the whole tree itself,
/// which costs W times the additions and saves a round trip. Same operands, same tree, same bits.
/// </summary>
internal static class DirectReduction
{
    /// <summary>Up to this many blocks (32 KiB) a round trip costs more than the additions.</summary>
    public const int MaxBlocks = 8;

    /// <summary>Whether a bucket is reduced directly; a lone worker always does.</summary>
    public static bool Suits(ChunkMap map, int workers) => workers == 1 || map.Blocks <= MaxBlocks;
}
