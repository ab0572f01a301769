namespace SeqCluster.Collectives.Topology;

/// <summary>
/// What one worker adds up by itself: the replicas it hosts, the maximal subtrees of the replica tree that lie inside them,
/// and when, as its replicas come one after the other, two sums are joined. Pure; the same on every member.
/// </summary>
public sealed class WorkerPlan
{
    private readonly int[] joinsAfter;

    internal WorkerPlan(int rank, ReplicaRange replicas, IReadOnlyList<ReplicaRange> partials)
    {
        Rank = rank;
        Replicas = replicas;
        Partials = partials;
        joinsAfter = new int[replicas.Count];
        foreach (var partial in partials)
            CountJoins(partial);
        BufferCount = DeepestStack();
    }

    /// <summary>The worker's rank, <c>0 … W−1</c>.</summary>
    public int Rank { get; }

    /// <summary>The replicas that it hosts.</summary>
    public ReplicaRange Replicas { get; }

    /// <summary>The maximal subtrees inside <see cref="Replicas"/>, in replica order: what the worker contributes.</summary>
    public IReadOnlyList<ReplicaRange> Partials { get; }

    /// <summary>
    /// Buffers that the worker needs while its replicas arrive one by one: the deepest the stack of sums ever gets.
    /// With k replicas in one subtree this is ⌈log₂k⌉ + 1; a range that straddles subtrees keeps each finished one as well.
    /// </summary>
    public int BufferCount { get; }

    /// <summary>How many times the two topmost sums are joined once hosted replica <paramref name="replica"/> has arrived.</summary>
    public int JoinsAfter(int replica) => joinsAfter[replica - Replicas.First];

    private void CountJoins(ReplicaRange node)
    {
        if (node.Count == 1)
            return;
        var middle = ReplicaTree.Middle(node);
        CountJoins(new ReplicaRange(node.First, middle));
        CountJoins(new ReplicaRange(middle, node.Last));
        joinsAfter[node.Last - 1 - Replicas.First]++;
    }

    private int DeepestStack()
    {
        int depth = 0, deepest = 0;
        foreach (var joins in joinsAfter)
        {
            deepest = Math.Max(deepest, ++depth);
            depth -= joins;
        }
        return deepest;
    }
}
