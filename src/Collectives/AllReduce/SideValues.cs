using System.Runtime.InteropServices;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>The scalars that travel with the gradients of a replica and are summed by the same tree.</summary>
/// <param name="Targets">How many targets the loss was summed over.</param>
/// <param name="LossSum">The sum of the token losses.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct SideValues(long Targets, double LossSum)
{
    /// <summary>Left operand first.</summary>
    public static SideValues operator +(SideValues left, SideValues right) =>
        new(left.Targets + right.Targets, left.LossSum + right.LossSum);

    internal static SideValues Complete(TreeNode node, ReadOnlySpan<SideValues> operands) =>
        node.IsLeaf ? operands[node.Operand] : Complete(node.Left, operands) + Complete(node.Right, operands);
}
