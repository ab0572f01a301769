namespace SeqCluster.Collectives.Topology;

/// <summary>
/// A node of the order in which the workers' partial sums are completed. A leaf names an operand: the n-th partial sum,
/// counted over all workers in rank order. An inner node is <c>Left + Right</c>, left operand first.
/// </summary>
public sealed class TreeNode
{
    private readonly TreeNode? left;
    private readonly TreeNode? right;

    internal TreeNode(int operand) => Operand = operand;

    internal TreeNode(TreeNode left, TreeNode right)
    {
        Operand = -1;
        this.left = left;
        this.right = right;
    }

    /// <summary>The operand of a leaf; −1 for an inner node.</summary>
    public int Operand { get; }

    /// <summary>Whether this node is an operand rather than a sum.</summary>
    public bool IsLeaf => left is null;

    /// <summary>The left addend. Throws for a leaf.</summary>
    public TreeNode Left => left ?? throw new InvalidOperationException("A leaf has no addends.");

    /// <summary>The right addend. Throws for a leaf.</summary>
    public TreeNode Right => right ?? throw new InvalidOperationException("A leaf has no addends.");
}
