namespace SeqCluster.Data.Randomness;

/// <summary>
/// Every seed in a job, as a function of the job's seed and of what it is for. Nothing here depends on workers,
/// ranks or time: that is half of the promise that the result does not depend on the cluster.
/// </summary>
public static class SeedDerivation
{
    /// <summary>A 64-bit seed for (job seed, purpose, step or epoch, replica or index).</summary>
    public static ulong Derive(long jobSeed, RandomPurpose purpose, long step = 0, long replica = 0)
    {
        // Absorbing one word at a time through a bijection keeps (1, 2) and (2, 1) apart.
        var hash = SplitMix64.Mix((ulong)jobSeed + 0x9E3779B97F4A7C15);
        hash = SplitMix64.Mix(hash ^ (ulong)purpose);
        hash = SplitMix64.Mix(hash ^ (ulong)step);
        return SplitMix64.Mix(hash ^ (ulong)replica);
    }

    /// <summary>
    /// The same folded to 32 bits, for LibTorch's generators: its CPU generator uses only the low 32 bits of a seed.
    /// </summary>
    public static long DeriveTorchSeed(long jobSeed, RandomPurpose purpose, long step = 0, long replica = 0)
    {
        var seed = Derive(jobSeed, purpose, step, replica);
        return (uint)(seed ^ (seed >> 32));
    }
}
