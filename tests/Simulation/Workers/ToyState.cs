using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Topology;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// All that one step hands to the next, of a model as small as can be: one weight and one moment for each block of the buckets (so
/// that the product's chunks of blocks have owners), and what each replica carries. Every number depends on every step before it.
/// </summary>
internal sealed class ToyState
{
    /// <summary>Blocks of each bucket: the first is cut into chunks, the second is small enough for one round.</summary>
    public static readonly int[] BucketBlocks = [11, 3];

    private ToyState(int replicas)
    {
        Weights = Array.ConvertAll(BucketBlocks, blocks => new float[blocks]);
        Moments = Array.ConvertAll(BucketBlocks, blocks => new float[blocks]);
        Carried = new float[replicas];
    }

    public float[][] Weights { get; }

    public float[][] Moments { get; }

    /// <summary>For each replica.</summary>
    public float[] Carried { get; }

    /// <summary>In a fixed order: what is hashed, sent and stored.</summary>
    public IReadOnlyList<float[]> Buffers => [.. Weights, .. Moments, Carried];

    public static ToyState Initial(int seed, int replicas)
    {
        var state = new ToyState(replicas);
        foreach (float[] weights in state.Weights)
        {
            for (int block = 0; block < weights.Length; block++)
            {
                weights[block] = Noise(seed, 0, block, weights.Length);
            }
        }

        return state;
    }

    public ToyState Copy()
    {
        var copy = new ToyState(Carried.Length);
        foreach ((float[] from, float[] to) in Buffers.Zip(copy.Buffers))
        {
            from.CopyTo(to, 0);
        }

        return copy;
    }

    public string StateHash() => Hash(Buffers);

    public string WeightsHash() => Hash(Weights);

    public static string Hash(IEnumerable<float[]> buffers)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[] buffer in buffers)
        {
            sha.AppendData(MemoryMarshal.AsBytes<float>(buffer));
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <summary>A replica's gradient of a bucket. Sums of such numbers differ in their bits with the order of the additions.</summary>
    public float[] Gradient(int seed, int step, int replica, int bucket)
    {
        float[] weights = Weights[bucket];
        float[] gradient = new float[weights.Length];
        for (int block = 0; block < gradient.Length; block++)
        {
            gradient[block] = Noise(seed, step, replica, (bucket * 100) + block) + (weights[block] * 0.1f) + (Carried[replica] * 0.01f);
        }

        return gradient;
    }

    /// <summary>What a replica hands to its next step.</summary>
    public float NextCarried(int seed, int step, int replica) => (Carried[replica] * 0.5f) + Noise(seed, step, replica, 999) + (Weights[0][0] * 0.1f);

    /// <summary>Its targets and its loss.</summary>
    public static SideValues Sides(int seed, int step, int replica) =>
        new(1 + Math.Abs((long)(Noise(seed, step, replica, 1000) * 8)), Noise(seed, step, replica, 1001));

    /// <summary>The update of one bucket, once the whole sum of all buckets and the norm are there.</summary>
    public void Update(int bucket, float[] sum, long targets, double squares, int step)
    {
        float scale = (float)(1 / (targets * Math.Max(1, Math.Sqrt(squares) / targets)));
        for (int block = 0; block < sum.Length; block++)
        {
            Moments[bucket][block] = (Moments[bucket][block] * 0.9f) + (sum[block] * scale);
            Weights[bucket][block] -= (0.1f + (0.01f / step)) * Moments[bucket][block];
        }
    }

    private static float Noise(int seed, int step, int one, int other)
    {
        ulong x = (ulong)seed * 0x9E3779B97F4A7C15 ^ (ulong)step * 0xBF58476D1CE4E5B9 ^ (ulong)one * 0x94D049BB133111EB ^ (ulong)other * 0xD6E8FEB86659FD93;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)((x ^ (x >> 31)) >> 40) / 8388608f - 1;
    }
}

/// <summary>Sums over replicas in the product's tree.</summary>
internal static class ToySums
{
    /// <summary>What one worker contributes: its replicas' gradients joined as its plan says, as they come.</summary>
    public static List<float[]> Partials(WorkerPlan plan, Func<int, float[]> gradient)
    {
        var stack = new List<float[]>();
        for (int replica = plan.Replicas.First; replica < plan.Replicas.Last; replica++)
        {
            stack.Add(gradient(replica));
            for (int joins = plan.JoinsAfter(replica); joins > 0; joins--)
            {
                (float[] left, float[] right) = (stack[^2], stack[^1]);
                stack.RemoveRange(stack.Count - 2, 2);
                stack.Add(Add(left, right));
            }
        }

        return stack;
    }

    /// <summary>The side values of the same partial sums.</summary>
    public static List<SideValues> Sides(WorkerPlan plan, Func<int, SideValues> sides)
    {
        var stack = new List<SideValues>();
        for (int replica = plan.Replicas.First; replica < plan.Replicas.Last; replica++)
        {
            stack.Add(sides(replica));
            for (int joins = plan.JoinsAfter(replica); joins > 0; joins--)
            {
                SideValues joined = stack[^2] + stack[^1];
                stack.RemoveRange(stack.Count - 2, 2);
                stack.Add(joined);
            }
        }

        return stack;
    }

    /// <summary>The rest of the tree, above the partial sums.</summary>
    public static float[] Complete(TreeNode node, IReadOnlyList<float[]> operands) =>
        node.IsLeaf ? operands[node.Operand] : Add(Complete(node.Left, operands), Complete(node.Right, operands));

    public static double Squares(IEnumerable<float> values) => values.Aggregate(0.0, (sum, value) => sum + ((double)value * value));

    private static float[] Add(float[] left, float[] right)
    {
        float[] sum = new float[left.Length];
        for (int index = 0; index < sum.Length; index++)
        {
            sum[index] = left[index] + right[index];
        }

        return sum;
    }
}

/// <summary>The job that every schedule trains.</summary>
internal sealed record ToyJob(int Seed, int Replicas, int Steps, int EvaluateEverySteps, int CheckpointEverySteps, int MinimumWorkers, int Spares)
{
    // Longer than the silo's patience; some shorter than faults last, so that workers park.
    private static readonly double[] OfflineSeconds = [120, 8, 25];

    public JobSpec Spec => new()
    {
        Name = "toy",
        Seed = Seed,
        Model = new ModelSpec { Kind = "transformer-lm" },
        Data = new DataSpec(),
        Train = new TrainSpec { Steps = Steps, CheckpointEverySteps = CheckpointEverySteps },
        Evaluate = new EvaluateSpec { EverySteps = EvaluateEverySteps },
        Recovery = new RecoverySpec { OfflineSeconds = OfflineSeconds[Math.Abs(Seed) % OfflineSeconds.Length] },
        Workers = new WorkersSpec { Min = MinimumWorkers, Max = Replicas, Replicas = Replicas, Spares = Spares },
    };
}
