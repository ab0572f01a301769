namespace SeqCluster.Grains.Membership;

/// <summary>The replicas that one worker hosts (design: worker k of W hosts ⌊kR/W⌋ up to, not including, ⌊(k+1)R/W⌋).</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many; at least 1 when there are no more workers than replicas.</param>
public readonly record struct ReplicaRange(int First, int Count)
{
    /// <summary>The range of a rank.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More workers than replicas, or a rank that is none.</exception>
    public static ReplicaRange Of(int rank, int workers, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, replicas);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, workers);
        int first = (int)((long)rank * replicas / workers);
        return new ReplicaRange(first, (int)((rank + 1L) * replicas / workers) - first);
    }
}
