using SeqCluster.Data.Randomness;

namespace SeqCluster.Audit.Plans;

/// <summary>
/// Which samples every step is to consume, derived anew from what design and manifest say, without the code by which workers plan and
/// read: only the generator of random numbers and the derivation of seeds are shared with it. Steps come in their order, without end.
/// </summary>
internal static class StepPlan
{
    /// <summary>Each step takes the next R micro-batches of its epoch; the last step of an epoch may be short.</summary>
    /// <param name="epochOf">The micro-batches of an epoch, in their order.</param>
    /// <param name="replicas">R.</param>
    public static IEnumerable<AuditedStep> Epochs(Func<int, IReadOnlyList<long[]>> epochOf, int replicas)
    {
        var step = 0;
        for (var epoch = 0; ; epoch++)
        {
            var batches = epochOf(epoch);
            for (var first = 0; first < batches.Count; first += replicas)
            {
                long[][] parts = [.. Enumerable.Range(first, replicas).Select(index => index < batches.Count ? batches[index] : [])];
                yield return new AuditedStep(++step, epoch, parts, EndsEpoch: first + replicas >= batches.Count);
            }
        }
    }

    /// <summary>Independent draws of (seed, step, replica) among so many samples.</summary>
    public static IEnumerable<AuditedStep> Draws(long samples, int microBatch, int replicas, long seed)
    {
        for (var step = 1; ; step++)
        {
            var number = step;
            long[] Draw(int replica)
            {
                var random = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Sampling, number, replica));
                return [.. Enumerable.Range(0, microBatch).Select(_ => random.Next(samples))];
            }

            yield return new AuditedStep(step, 0, [.. Enumerable.Range(0, replicas).Select(Draw)], EndsEpoch: false);
        }
    }

    /// <summary>
    /// The text, from a seeded offset on, as R × microBatch tracks of equal length, of which a step reads the next block each. A row goes
    /// on where it ended, so that carried state fits.
    /// </summary>
    public static IEnumerable<AuditedStep> Tracks(long tokens, int block, int microBatch, int replicas, long seed)
    {
        var rows = (long)replicas * microBatch;
        var length = (int)((tokens - block) / (rows * block));
        for (var epoch = 0; ; epoch++)
        {
            var offset = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch)).Next(block);
            var places = Enumerable.Range(0, (int)rows).Select(row => offset + ((long)row * length * block)).ToArray();
            for (var window = 0; window < length; window++)
            {
                yield return new AuditedStep((epoch * length) + window + 1, epoch, [.. places.Chunk(microBatch)], EndsEpoch: window == length - 1);
                places = [.. places.Select(place => place + block)];
            }
        }
    }

    /// <summary>In a seeded order (Fisher and Yates), by a generator that may be used further.</summary>
    public static T[] Shuffled<T>(IEnumerable<T> items, SplitMix64 random)
    {
        T[] order = [.. items];
        for (var left = order.Length; left > 1; left--)
        {
            var chosen = (int)random.Next(left);
            (order[left - 1], order[chosen]) = (order[chosen], order[left - 1]);
        }

        return order;
    }
}
