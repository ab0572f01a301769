using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives.AllReduce;

/// <summary>
/// Adds up the gradients of a worker's replicas as they come, one after the other, into the maximal subtrees of the replica
/// tree. A stack of sums: replica r is written into the topmost free slot, then the two topmost sums are joined as often as
/// the plan says. What is left when the last replica is in, slot 0 first, are the partial sums that the worker contributes.
/// </summary>
internal sealed unsafe class PartialSums(WorkerPlan plan, long slotElements)
{
    private readonly SideValues[] sides = new SideValues[plan.BufferCount];
    private float* slots;
    private int depth;
    private int added;

    /// <summary>Whether every hosted replica has been added.</summary>
    public bool IsComplete => added == plan.Replicas.Count;

    /// <summary>Side values of the partial sums, by slot.</summary>
    public ReadOnlySpan<SideValues> Sides => sides.AsSpan(0, plan.Partials.Count);

    /// <summary>Where the next replica's gradient goes.</summary>
    public float* NextSlot => !IsComplete
        ? slots + depth * slotElements
        : throw new InvalidOperationException($"All {added} replicas of this worker have been added.");

    /// <summary>Starts over, in the slots at <paramref name="memory"/>.</summary>
    public void Reset(float* memory)
    {
        slots = memory;
        depth = 0;
        added = 0;
    }

    /// <summary>Takes what was written to <see cref="NextSlot"/> as the next replica's gradient.</summary>
    public void Add(SideValues values)
    {
        if (IsComplete)
            throw new InvalidOperationException($"All {added} replicas of this worker have been added.");
        sides[depth++] = values;
        for (var joins = plan.JoinsAfter(plan.Replicas.First + added++); joins > 0; joins--)
        {
            depth--;
            var left = slots + (depth - 1) * slotElements;
            VectorSum.Pair(left, left + slotElements, left, slotElements, streaming: false);
            sides[depth - 1] += sides[depth];
        }
    }
}
