using SeqCluster.Collectives.Topology;
using SeqCluster.Collectives.Transport;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// Parameters that are reduced together: the memory that a worker's replica gradients are written to, and the sum over all R
/// replicas that comes back. The life of a step: <see cref="Open"/>, then for each hosted replica a gradient into
/// <see cref="Replica"/> and <see cref="AddReplica(SideValues)"/>, then a reduction by the group, then <see cref="Sum"/>.
/// Memory alternates between two homes from step to step. Engine thread only; holds no sockets and never waits.
/// </summary>
public sealed unsafe class GradientBucket
{
    private readonly PartialSums partials;
    private readonly SideValues[] allSides;
    private readonly double[] allSquares;
    private readonly HostPlan hosts;
    private readonly BucketMemory[] memories;
    private readonly int rank;
    private readonly bool norms;
    private int parity = 1;

    internal GradientBucket(int index, GroupOptions options, WorkerPlan plan, HostPlan hosts, ChunkMap map, BucketMemory[] memories)
    {
        Index = index;
        Map = map;
        this.hosts = hosts;
        this.memories = memories;
        rank = options.Rank;
        norms = options.Norms;
        partials = new PartialSums(plan, map.PaddedElements);
        allSides = new SideValues[hosts.OperandCount];
        allSquares = new double[norms ? map.Blocks : 0];
    }

    /// <summary>The bucket's number in the model.</summary>
    public int Index { get; }

    /// <summary>Its elements.</summary>
    public int Elements => Map.Elements;

    /// <summary>The step that it was last opened for; −1 before the first.</summary>
    public long Step { get; private set; } = -1;

    /// <summary>The gradient of the next hosted replica, <c>[Elements]</c>: write it (it holds old values), then add it.</summary>
    public Span<float> Replica => new((void*)ReplicaAddress, Elements);

    /// <summary>Address of <see cref="Replica"/>, page-aligned.</summary>
    public nint ReplicaAddress => (nint)(Stage == BucketStage.Open
        ? partials.NextSlot
        : throw new InvalidOperationException($"Bucket {Index} is {Stage}: open it for a step first."));

    /// <summary>The sum over all replicas, <c>[Elements]</c>, until the bucket is opened again. Not to be written.</summary>
    public ReadOnlySpan<float> Sum => new((void*)SumAddress, Elements);

    /// <summary>Address of <see cref="Sum"/>, page-aligned, mapped read-only where peers wrote it.</summary>
    public nint SumAddress => (nint)(Stage is BucketStage.Gathered
        ? (IsDirect ? Memory.Direct : Memory.Gathered)
        : throw new InvalidOperationException($"Bucket {Index} is {Stage}: its sum is not here."));

    /// <summary>The sum of the side values over all replicas.</summary>
    public SideValues Sides { get; private set; }

    /// <summary>
    /// Sum of squares of <see cref="Sum"/> in float64, in an order that is the same on every member and for every W; known once
    /// the bucket is reduced. Needs <see cref="GroupOptions.Norms"/>. Buckets are joined by <see cref="SquareSum.Join"/>.
    /// </summary>
    public double SumOfSquares { get; private set; }

    /// <summary>First element of the chunk that this member owns; ≥ <see cref="Elements"/> when it owns none.</summary>
    public int OwnChunkStart => Map.FirstBlock(rank) * ChunkMap.BlockElements;

    /// <summary>Elements of the chunk that this member owns, without padding; 0 when it owns none.</summary>
    public int OwnChunkElements => Math.Clamp(Elements - OwnChunkStart, 0, Map.BlockCount(rank) * ChunkMap.BlockElements);

    /// <summary>The elements that a rank owns, without padding: [Start, End), empty when it owns none.</summary>
    public (int Start, int End) ChunkOf(int owner)
    {
        var start = Math.Min(Map.FirstBlock(owner) * ChunkMap.BlockElements, Elements);
        return (start, Math.Min(start + (Map.BlockCount(owner) * ChunkMap.BlockElements), Elements));
    }

    /// <summary>
    /// The owned chunk, between a reduce-scatter and the all-gather: holds the sum, and whatever is written over it (updated
    /// parameters, say) is what the all-gather gives to everyone. Empty when this member owns none.
    /// </summary>
    public Span<float> OwnChunk => Stage is BucketStage.Reduced
        ? new(Memory.OwnChunk, OwnChunkElements)
        : throw new InvalidOperationException($"Bucket {Index} is {Stage}: a chunk is its owner's between reduce-scatter and all-gather.");

    internal ChunkMap Map { get; }

    internal BucketStage Stage { get; set; } = BucketStage.Gathered;

    /// <summary>Whether every member completes the whole bucket by itself (<see cref="DirectReduction"/>).</summary>
    internal bool IsDirect { get; set; }

    /// <summary>Whether the reduction goes on to the all-gather by itself.</summary>
    internal bool GathersSum { get; set; }

    /// <summary>Whether owners tell of their completed chunk apart from publishing it.</summary>
    internal bool PostsReduced => norms || !GathersSum;

    /// <summary>What the bucket was last seen to wait for.</summary>
    internal CollectivePhase Phase { get; set; }

    /// <summary>Leading blocks, of the chunk or in a direct reduction of the bucket, that have been completed.</summary>
    internal int ReducedBlocks { get; set; }

    /// <summary>Whether what this member sends to other hosts has been queued; kept by the transport.</summary>
    internal bool IsForwarded { get; set; }

    /// <summary>Whether the chunk has been queued for sending, as far as it is completed; kept by the transport.</summary>
    internal bool SumIsQueued { get; set; }

    /// <summary>Pieces of this bucket's memory that wait to be sent; counted by the transport.</summary>
    internal int PendingSends { get; set; }

    /// <summary>Blocks that this member completes.</summary>
    internal int BlocksToReduce => IsDirect ? Map.Blocks : Map.BlockCount(rank);

    /// <summary>Which of the two homes this step uses.</summary>
    internal int Parity => parity;

    internal BucketMemory Memory => memories[parity];

    /// <summary>Begins a step: the worker's replicas are added up anew, in the home that the last step did not use.</summary>
    /// <exception cref="InvalidOperationException">The last reduction has not completed, or the step is not a later one.</exception>
    public void Open(long step)
    {
        if (Stage is not BucketStage.Gathered)
            throw new InvalidOperationException($"Bucket {Index} is {Stage} in step {Step}: complete that first.");
        if (step <= Step)
            throw new InvalidOperationException($"Bucket {Index} was reduced in step {Step}: step {step} is not later.");
        Step = step;
        parity ^= 1;
        ReducedBlocks = 0;
        partials.Reset(Memory.Slots);
        Stage = BucketStage.Open;
    }

    /// <summary>Takes what was written to <see cref="Replica"/> as the next hosted replica's gradient, in replica order.</summary>
    public void AddReplica(SideValues sides = default)
    {
        if (Stage is not BucketStage.Open)
            throw new InvalidOperationException($"Bucket {Index} is {Stage}: open it for a step first.");
        partials.Add(sides);
    }

    /// <summary>Copies a gradient that lies elsewhere, <c>[Elements]</c>, and adds it as the next hosted replica's.</summary>
    public void AddReplica(ReadOnlySpan<float> gradient, SideValues sides = default)
    {
        if (gradient.Length != Elements)
            throw new ArgumentException($"gradient has {gradient.Length} elements: bucket {Index} has {Elements}", nameof(gradient));
        VectorSum.CopyAny(gradient, Replica);
        AddReplica(sides);
    }

    /// <summary>Copies <see cref="Sum"/> to where the caller wants it, <c>[Elements]</c>.</summary>
    public void CopySumTo(Span<float> destination)
    {
        if (destination.Length != Elements)
            throw new ArgumentException($"destination has {destination.Length} elements: bucket {Index} has {Elements}", nameof(destination));
        VectorSum.CopyAny(Sum, destination);
    }

    /// <summary>Puts the side values where peers find them; every hosted replica must have been added.</summary>
    internal void Close()
    {
        if (Stage is not BucketStage.Open || !partials.IsComplete)
            throw new InvalidOperationException($"Bucket {Index} is {Stage}: every replica of this worker is added before it is reduced.");
        partials.Sides.CopyTo(new Span<SideValues>(Memory.OwnSides, partials.Sides.Length));
        Stage = BucketStage.Posted;
    }

    /// <summary>Completes side values and squares, all of which have arrived.</summary>
    internal void JoinScalars()
    {
        var operand = 0;
        for (var source = 0; source < hosts.Sources.Count; source++)
        {
            var count = hosts.Sources[source].Sums.Count;
            new Span<SideValues>(Memory.Sides[source], count).CopyTo(allSides.AsSpan(operand));
            operand += count;
        }
        Sides = SideValues.Complete(hosts.Completion, allSides);
        if (norms)
            SumOfSquares = SquareSum.Join(GatherSquares());
    }

    private ReadOnlySpan<double> GatherSquares()
    {
        if (IsDirect)
            return new ReadOnlySpan<double>(Memory.DirectSquares, Map.Blocks);
        for (var owner = 0; owner < Memory.Squares.Length; owner++)
            new Span<double>(Memory.Squares[owner], Map.BlockCount(owner)).CopyTo(allSquares.AsSpan(Map.FirstBlock(owner)));
        return allSquares;
    }
}
