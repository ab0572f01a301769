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
            var partials = new List<ReplicaRange>();
            CollectMaximal(root, hosted, partials);
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

    private static void CollectMaximal(ReplicaRange node, ReplicaRange hosted, List<ReplicaRange> into)
    {
        if (hosted.Contains(node))
        {
            into.Add(node);
            return;
        }
        if (!hosted.Overlaps(node))
            return;
        var middle = Middle(node);
        CollectMaximal(new ReplicaRange(node.First, middle), hosted, into);
        CollectMaximal(new ReplicaRange(middle, node.Last), hosted, into);
    }

    private static TreeNode Complete(ReplicaRange node, List<ReplicaRange> operands)
    {
        var operand = operands.IndexOf(node);
        if (operand >= 0)
            return new TreeNode(operand);
        var middle = Middle(node);
        return new TreeNode(Complete(new ReplicaRange(node.First, middle), operands),
                            Complete(new ReplicaRange(middle, node.Last), operands));
    }
}
