namespace SeqCluster.Collectives.Topology;

/// <summary>
/// The fixed tree over R logical replicas: <c>sum(lo, hi) = sum(lo, m) + sum(m, hi)</c>, <c>m = ⌊(lo + hi) / 2⌋</c>, cut along
/// the borders of W workers. The shape depends on R alone, so the sum has the same bits for every W. Pure: holds no data.
/// </summary>
public sealed class ReplicaTree
{
    /// <summary>The largest number of replicas of a job.</summary>
    public const int MaxReplicas = 1024;

    /// <summary>Cuts the tree over <paramref name="replicas"/> for <paramref name="workers"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 ≤ workers ≤ replicas ≤ 1,024.</exception>
    public ReplicaTree(int replicas, int workers)
    {
        if (replicas is < 1 or > MaxReplicas)
            throw new ArgumentOutOfRangeException(nameof(replicas), replicas, $"replicas = {replicas}: must be between 1 and {MaxReplicas}");
        if (workers < 1 || workers > replicas)
            throw new ArgumentOutOfRangeException(nameof(workers), workers, $"workers = {workers}: must be between 1 and the {replicas} replicas");
        Replicas = replicas;
        var root = new ReplicaRange(0, replicas);
        var plans = new WorkerPlan[workers];
        var operands = new List<ReplicaRange>();
        for (var rank = 0; rank < workers; rank++)
        {
            var hosted = Hosted(rank, replicas, workers);
            var partials = MaximalInside(root, hosted.Contains);
            plans[rank] = new WorkerPlan(rank, hosted, partials);
            operands.AddRange(partials);
        }
        Workers = plans;
        OperandCount = operands.Count;
        Completion = Complete(root, operands);
    }

    /// <summary>R, the number of logical replicas.</summary>
    public int Replicas { get; }

    /// <summary>The plan of each worker, by rank.</summary>
    public IReadOnlyList<WorkerPlan> Workers { get; }

    /// <summary>How many partial sums all workers contribute together.</summary>
    public int OperandCount { get; }

    /// <summary>The part of the tree above the workers' partial sums.</summary>
    public TreeNode Completion { get; }

    /// <summary>The replicas of worker <paramref name="rank"/>: <c>[⌊kR/W⌋, ⌊(k+1)R/W⌋)</c>.</summary>
    public static ReplicaRange Hosted(int rank, int replicas, int workers) =>
        new((int)((long)rank * replicas / workers), (int)((rank + 1L) * replicas / workers));

    internal static int Middle(ReplicaRange node) => (node.First + node.Last) / 2;

    /// <summary>The largest nodes of the tree that a set of replicas holds whole, in replica order.</summary>
    internal static List<ReplicaRange> MaximalInside(ReplicaRange root, Func<ReplicaRange, bool> holds)
    {
        var maximal = new List<ReplicaRange>();
        Collect(root);
        return maximal;

        void Collect(ReplicaRange node)
        {
            if (holds(node))
            {
                maximal.Add(node);
                return;
            }
            if (node.Count == 1)
                return;
            var middle = Middle(node);
            Collect(new ReplicaRange(node.First, middle));
            Collect(new ReplicaRange(middle, node.Last));
        }
    }

    /// <summary>How a node is completed from operands, which are nodes of the tree and cover it.</summary>
    internal static TreeNode Complete(ReplicaRange node, IReadOnlyList<ReplicaRange> operands)
    {
        for (var operand = 0; operand < operands.Count; operand++)
        {
            if (operands[operand] == node)
                return new TreeNode(operand);
        }
        var middle = Middle(node);
        return new TreeNode(Complete(new ReplicaRange(node.First, middle), operands),
                            Complete(new ReplicaRange(middle, node.Last), operands));
    }
}
