using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Sampling;

/// <summary>
/// Text for models that carry their state from batch to batch: in each epoch the text, from a seeded offset on, is cut into as many
/// equally long tracks as there are rows in a global batch. Row b of replica r reads track r × microBatch + b, block after block, so
/// that each row goes on where it ended; an epoch's first step begins its tracks anew. What is left over at the end of the text, less
/// than one block for each track and the offset, is skipped.
/// </summary>
public sealed class TrackPlan : ISamplingPlan
{
    private readonly int block;
    private readonly int microBatch;
    private readonly int replicas;
    private readonly long seed;
    private readonly int stepsPerEpoch;

    /// <summary>A plan over a split of <paramref name="tokens"/> tokens.</summary>
    /// <exception cref="ArgumentException">The text is too short for one block in each track.</exception>
    public TrackPlan(long tokens, int block, int microBatch, int replicas, long seed)
    {
        (this.block, this.microBatch, this.replicas, this.seed) = (block, microBatch, replicas, seed);

        // The longest offset decides, so that all epochs have as many steps.
        var steps = (tokens - block) / ((long)replicas * microBatch * block);
        if (steps < 1)
        {
            throw new ArgumentException(
                $"{tokens} tokens hold no block of {block} for each of {replicas} × {microBatch} tracks: give more text, fewer replicas or a smaller microBatch", nameof(tokens));
        }

        stepsPerEpoch = checked((int)steps);
    }

    /// <inheritdoc />
    public PlannedStep this[int step]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
            var (epoch, window) = Math.DivRem(step - 1, stepsPerEpoch);
            var offset = new SplitMix64(SeedDerivation.Derive(seed, RandomPurpose.Plan, epoch)).Next(block);
            var batches = Enumerable.Range(0, replicas).Select(replica => new MicroBatch(
                Enumerable.Range(replica * microBatch, microBatch)
                    .Select(track => offset + (((long)track * stepsPerEpoch) + window) * block)
                    .ToArray()));
            return new PlannedStep(step, epoch, [.. batches]) { BeginsTracks = window == 0 };
        }
    }
}
