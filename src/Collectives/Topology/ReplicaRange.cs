namespace SeqCluster.Collectives.Topology;

/// <summary>Consecutive replicas <c>[First, Last)</c>: what a worker hosts, or what one node of the tree covers.</summary>
public readonly record struct ReplicaRange(int First, int Last)
{
    /// <summary>How many replicas the range holds.</summary>
    public int Count => Last - First;

    internal bool Contains(ReplicaRange other) => First <= other.First && other.Last <= Last;
}
