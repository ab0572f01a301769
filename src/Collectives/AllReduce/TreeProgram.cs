using System.Runtime.InteropServices;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// The completing tree, compiled to fused passes of two to four operands. Runs them block by block (4 KiB), so that sums in
/// between stay in the first-level cache and every operand is read from memory once. Keeps the tree's association order
/// exactly. Not thread-safe: it owns its scratch blocks.
/// </summary>
internal sealed unsafe class TreeProgram : IDisposable
{
    private const int BlockBytes = ChunkMap.BlockElements * sizeof(float);

    private readonly int operandCount;
    private readonly List<Pass> passes = [];
    private readonly float* scratch;

    public TreeProgram(TreeNode node, int operandCount)
    {
        this.operandCount = operandCount;
        var root = Compile(node);
        if (passes.Count == 0)
            passes.Add(new Pass(Shape.Copy, root, 0, 0, 0));
        scratch = (float*)NativeMemory.AlignedAlloc((nuint)(passes.Count * BlockBytes), BlockBytes);
    }

    /// <summary>
    /// Completes blocks <c>[first, last)</c>: <c>operands[i] + 1,024·block</c> are read, <c>destination + 1,024·block</c> is
    /// written and, unless null, <c>squares[block]</c> as well. <paramref name="streaming"/> writes past the caches.
    /// </summary>
    public void Run(float** operands, float* destination, double* squares, int first, int last, bool streaming)
    {
        if (squares == null && passes.Count == 1)
        {
            // Nothing is kept between passes: one long run lets the hardware prefetch undisturbed.
            var offset = (long)first * ChunkMap.BlockElements;
            Run(passes[0], operands, offset, destination + offset, (long)(last - first) * ChunkMap.BlockElements, streaming);
        }
        else
        {
            for (var block = first; block < last; block++)
                RunBlock(operands, destination + (long)block * ChunkMap.BlockElements, squares, block, streaming);
        }
        if (streaming)
            VectorSum.Fence();
    }

    public void Dispose() => NativeMemory.AlignedFree(scratch);

    private void RunBlock(float** operands, float* destination, double* squares, int block, bool streaming)
    {
        var offset = (long)block * ChunkMap.BlockElements;
        // A streamed block would leave the cache before it is squared, so it is completed in scratch and stored after.
        var aside = streaming && squares != null;
        for (var index = 0; index < passes.Count; index++)
        {
            var isLast = index == passes.Count - 1;
            var target = isLast && !aside ? destination : Scratch(index);
            Run(passes[index], operands, offset, target, ChunkMap.BlockElements, isLast && streaming && !aside);
        }
        if (squares == null)
            return;
        var completed = aside ? Scratch(passes.Count - 1) : destination;
        squares[block] = SquareSum.Block(completed);
        if (aside)
            VectorSum.Copy(completed, destination, ChunkMap.BlockElements, streaming: true);
    }

    private void Run(in Pass pass, float** operands, long offset, float* target, long count, bool streaming)
    {
        var a = Source(pass.A, operands, offset);
        var b = Source(pass.B, operands, offset);
        var c = Source(pass.C, operands, offset);
        var d = Source(pass.D, operands, offset);
        switch (pass.Shape)
        {
            case Shape.Copy: VectorSum.Copy(a, target, count, streaming); break;
            case Shape.Pair: VectorSum.Pair(a, b, target, count, streaming); break;
            case Shape.LeftTriple: VectorSum.LeftTriple(a, b, c, target, count, streaming); break;
            case Shape.RightTriple: VectorSum.RightTriple(a, b, c, target, count, streaming); break;
            case Shape.Quad: VectorSum.Quad(a, b, c, d, target, count, streaming); break;
        }
    }

    private float* Scratch(int pass) => scratch + (long)pass * ChunkMap.BlockElements;

    private float* Source(int source, float** operands, long offset) =>
        source < operandCount ? operands[source] + offset : Scratch(source - operandCount);

    /// <summary>Appends the passes for a node and returns its source: an operand, or operandCount + the pass that makes it.</summary>
    private int Compile(TreeNode node)
    {
        if (node.IsLeaf)
            return node.Operand;
        var pass = (node.Left.IsLeaf, node.Right.IsLeaf) switch
        {
            (true, true) => new Pass(Shape.Pair, node.Left.Operand, node.Right.Operand, 0, 0),
            (true, false) => new Pass(Shape.RightTriple, node.Left.Operand, Compile(node.Right.Left), Compile(node.Right.Right), 0),
            (false, true) => new Pass(Shape.LeftTriple, Compile(node.Left.Left), Compile(node.Left.Right), node.Right.Operand, 0),
            (false, false) => new Pass(Shape.Quad, Compile(node.Left.Left), Compile(node.Left.Right),
                                       Compile(node.Right.Left), Compile(node.Right.Right)),
        };
        passes.Add(pass);
        return operandCount + passes.Count - 1;
    }

    private enum Shape { Copy, Pair, LeftTriple, RightTriple, Quad }

    private readonly record struct Pass(Shape Shape, int A, int B, int C, int D);
}
