using SeqCluster.Collectives.AllReduce;

namespace SeqCluster.Collectives.Transport;

/// <summary>
/// Where one bucket lies, for one parity: two of these exist for each bucket, used in turn by successive reductions. A
/// transport fills it in once; it owns the memory.
/// </summary>
internal sealed unsafe class BucketMemory(int workers, int sources, int operands)
{
    /// <summary>This member's sums, slot after slot; written by the engine.</summary>
    public float* Slots;

    /// <summary>This member's side values, one for each partial sum; written when they are posted.</summary>
    public SideValues* OwnSides;

    /// <summary>This member's chunk of the result; written by this member.</summary>
    public float* OwnChunk;

    /// <summary>Squares of this member's chunk, block by block; written by this member.</summary>
    public double* OwnSquares;

    /// <summary>Squares of all blocks after a direct reduction; written by this member for itself.</summary>
    public double* DirectSquares;

    /// <summary>The whole result after an all-gather; read only.</summary>
    public float* Gathered;

    /// <summary>The whole result of a direct reduction; written by this member for itself.</summary>
    public float* Direct;

    /// <summary>For each operand (of the host plan), this member's chunk of it.</summary>
    public readonly float*[] ChunkOperands = new float*[operands];

    /// <summary>For each operand the whole of it; for those of other hosts only where the bucket may be reduced directly.</summary>
    public readonly float*[] DirectOperands = new float*[operands];

    /// <summary>The side values of each source of operands.</summary>
    public readonly SideValues*[] Sides = new SideValues*[sources];

    /// <summary>The squares of each owner's chunk.</summary>
    public readonly double*[] Squares = new double*[workers];
}
