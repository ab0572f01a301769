using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// The synchronous parameter server: the owner of a chunk applies the update to it and the others fetch the new weights.
/// Arithmetic and optimizer state are shared out; the bits are those of <see cref="AllReduceStrategy"/>, since an update of an
/// element depends on that element alone and the norm is the same everywhere.
/// </summary>
internal sealed class ParameterServerStrategy(
    CollectiveGroup group, ParameterLayout layout, FlatParameters parameters, FlatOptimizer optimizer) : IUpdateStrategy
{
    public void Begin(int bucket) => group.BeginReduceScatter(group.Buckets[bucket]);

    public StepOutcome CompleteAndUpdate(int step, double learningRate, GradientClip clip, Action<StepOutcome> beforeUpdate)
    {
        foreach (var bucket in group.Buckets)
        {
            group.Complete(bucket);
        }

        var outcome = ReducedStep.Outcome(group, clip, out var scale);
        beforeUpdate(outcome);
        for (var index = 0; index < layout.Buckets.Count; index++)
        {
            var bucket = group.Buckets[index];
            var start = layout.Buckets[index].Offset + bucket.OwnChunkStart;
            var chunk = bucket.OwnChunk;
            parameters.Update(optimizer, start, chunk, scale, learningRate, step);
            FaultPoints.At(FaultPoint.Update, step);
            parameters.Weights.Slice(chunk.IsEmpty ? 0 : start, chunk.Length).CopyTo(chunk);
            group.AllGather(bucket);
            bucket.Sum.CopyTo(parameters.Weights[layout.Buckets[index].Offset..]);
        }

        parameters.CopyToModel();
        return outcome;
    }

    public void GatherState(int step)
    {
        foreach (var (placed, bucket) in layout.Buckets.Zip(group.Buckets))
        {
            for (var owner = 0; owner < group.Workers; owner++)
            {
                var (start, end) = ChunkOf(bucket, owner, step);
                foreach (var state in optimizer.State)
                {
                    var chunk = state.Values.AsSpan(placed.Offset + start, end - start);
                    group.Broadcast(step, owner, MemoryMarshal.AsBytes(chunk));
                }
            }
        }
    }

    // An owner tells the edges of its chunk: they depend on the number of workers, which is the group's business.
    private (int Start, int End) ChunkOf(GradientBucket bucket, int owner, int step)
    {
        var start = Math.Min(bucket.OwnChunkStart, bucket.Elements);
        Span<int> edges = [start, Math.Min(start + bucket.OwnChunkElements, bucket.Elements)];
        group.Broadcast(step, owner, MemoryMarshal.AsBytes(edges));
        return (edges[0], edges[1]);
    }
}
