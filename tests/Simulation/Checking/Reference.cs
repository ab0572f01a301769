using SeqCluster.Collectives.AllReduce;
using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests.Checking;

/// <summary>
/// The undisturbed run: one worker, the tree written out from its definition (<c>sum(lo, hi) = sum(lo, m) + sum(m, hi)</c>), none of
/// the product's code but the addition of side values.
/// </summary>
internal sealed class Reference
{
    private readonly ToyJob job;

    public Reference(ToyJob job)
    {
        this.job = job;
        ToyState state = ToyState.Initial(job.Seed, job.Replicas);
        States.Add(state.Copy());
        for (int step = 1; step <= job.Steps; step++)
        {
            Advance(state, step);
            States.Add(state.Copy());
        }

        Hashes = States.Select(one => one.StateHash()).ToArray();
    }

    /// <summary>After each step, from step 0.</summary>
    public List<ToyState> States { get; } = [];

    /// <summary>Their hashes.</summary>
    public IReadOnlyList<string> Hashes { get; }

    private void Advance(ToyState state, int step)
    {
        float[][] sums = ToyState.BucketBlocks.Select((_, bucket) => Sum(state, step, bucket, 0, job.Replicas)).ToArray();
        long targets = Sides(step, 0, job.Replicas).Targets;
        float[] carried = Enumerable.Range(0, job.Replicas).Select(replica => state.NextCarried(job.Seed, step, replica)).ToArray();
        double squares = sums.Sum(ToySums.Squares);
        for (int bucket = 0; bucket < sums.Length; bucket++)
        {
            state.Update(bucket, sums[bucket], targets, squares, step);
        }

        carried.CopyTo(state.Carried, 0);
    }

    private float[] Sum(ToyState state, int step, int bucket, int low, int high)
    {
        if (high - low == 1)
        {
            return state.Gradient(job.Seed, step, low, bucket);
        }

        int middle = (low + high) / 2;
        return Sum(state, step, bucket, low, middle).Zip(Sum(state, step, bucket, middle, high), (left, right) => left + right).ToArray();
    }

    private SideValues Sides(int step, int low, int high) => high - low == 1
        ? ToyState.Sides(job.Seed, step, low)
        : Sides(step, low, (low + high) / 2) + Sides(step, (low + high) / 2, high);
}
