namespace SeqCluster.Collectives.Transport.SharedMemory;

/// <summary>
/// The value of a flag: attempt (12 bits), generation (12 bits), sequence (40 bits). A flag has arrived when it is of the same
/// attempt and generation and its sequence is at least the awaited one; whatever is older, or of another life, has not.
/// </summary>
internal static class Stamp
{
    private const int SequenceBits = 40;
    private const int LifeBits = 12;
    private const long SequenceMask = (1L << SequenceBits) - 1;
    private const long LifeMask = (1L << LifeBits) - 1;

    /// <summary>The flag of a sequence number ≥ 0; never 0, which is what a new segment holds.</summary>
    public static long Of(int attempt, int generation, long sequence)
    {
        if (sequence is < 0 or >= SequenceMask)
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"must be between 0 and {SequenceMask - 1}");
        return ((attempt & LifeMask) << (SequenceBits + LifeBits)) | ((generation & LifeMask) << SequenceBits) | (sequence + 1);
    }

    /// <summary>Whether a flag says that the awaited sequence, or a later one, is there.</summary>
    public static bool HasArrived(long flag, long awaited) =>
        ((flag ^ awaited) & ~SequenceMask) == 0 && (flag & SequenceMask) >= (awaited & SequenceMask);
}
