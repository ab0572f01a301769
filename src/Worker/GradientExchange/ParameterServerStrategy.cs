using System.Globalization;
using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Contracts.Membership;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.Optimization;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// The synchronous parameter server: the owner of a chunk applies the update to it and the others fetch the new weights.
/// Arithmetic and optimizer state are shared out; the bits are those of <see cref="AllReduceStrategy"/>, since an update of an
/// element depends on that element alone and the norm is the same everywhere. The next rank gets the chunk's gradient, applies the
/// same update, and so keeps a copy of the owner's state: the job survives the loss of either.
/// </summary>
internal sealed class ParameterServerStrategy(CollectiveGroup group, PreparedJob job, RunOrders orders) : IUpdateStrategy
{
    private readonly StateParts parts = StateParts.Of(group);
    private readonly StateAssembly assembly = new(group, job);
    private float[] gradientOfCopy = [];

    public void Begin(int bucket) => group.BeginReduceScatter(group.Buckets[bucket]);

    // Owners publish weights that nobody else can compute, so all have to be there before the step may count anywhere: members prepare
    // it, and meet. Who leaves the barrier knows that every member holds the step's weights, and its part of the state, already. One that
    // is lost to the others before it has left can still go either way, as the next generation's start step says (OpenStep).
    public StepOutcome CompleteAndUpdate(int step, double learningRate, GradientClip clip, Action<StepOutcome> reduced, Action<int> pass)
    {
        foreach (var bucket in group.Buckets)
        {
            group.Complete(bucket);
        }

        var outcome = ReducedStep.Outcome(group, clip, out var scale);
        reduced(outcome);
        Prepare(step, outcome, new Update(scale, learningRate, step));
        group.Barrier(step);
        pass(step);
        FaultPoints.At(FaultPoint.Update, step);
        job.Keep();
        return outcome;
    }

    public bool GatherState(int step)
    {
        var hasMoved = assembly.Run(step);
        orders.HoldsAll();
        return hasMoved;
    }

    private void Prepare(int step, StepOutcome outcome, Update update)
    {
        job.Open.Begin(step, outcome, parts);
        try
        {
            foreach (var bucket in group.Buckets)
            {
                Prepare(bucket, update);
                FaultPoints.At(FaultPoint.Update, step);
            }

            orders.Prepare(new StateShare { Step = step, Rank = group.Rank, Workers = group.Workers });
        }
        catch
        {
            job.Open.Undo();
            throw;
        }
    }

    private void Prepare(GradientBucket bucket, Update update)
    {
        var offset = job.Layout.Buckets[bucket.Index].Offset;
        job.Open.Save(job.Parameters.Buffer, offset, bucket.Elements);
        var copied = PassGradientOn(bucket, update.Step);
        var chunk = bucket.OwnChunk;
        var (start, end) = bucket.ChunkOf(group.Rank);
        Apply(update, offset + start, chunk);
        job.Parameters.Weights[(offset + start)..(offset + end)].CopyTo(chunk);
        if (copied is var (from, to))
        {
            Apply(update, offset + from, gradientOfCopy.AsSpan(0, to - from));
        }

        group.AllGather(bucket);
        if (copied is var (first, last))
        {
            RequireEqual(bucket, first, last, update.Step);
        }

        bucket.Sum.CopyTo(job.Parameters.Weights[offset..]);
    }

    // The gradient is as long as one tensor of the state, and there may be several of those.
    private (int Start, int End)? PassGradientOn(GradientBucket bucket, int step)
    {
        if (group.Workers == 1)
        {
            return null;
        }

        var longest = Enumerable.Range(0, group.Workers).Max(owner => bucket.ChunkOf(owner) is var (start, end) ? end - start : 0);
        gradientOfCopy = gradientOfCopy.Length < longest ? new float[longest] : gradientOfCopy;
        var (from, to) = bucket.ChunkOf((group.Rank + group.Workers - 1) % group.Workers);
        group.PassOn(
            step, MemoryMarshal.AsBytes(bucket.OwnChunk), MemoryMarshal.AsBytes(gradientOfCopy.AsSpan(0, to - from)), longest * sizeof(float));
        return (from, to);
    }

    private void Apply(Update update, int start, ReadOnlySpan<float> gradientSum)
    {
        foreach (var state in job.Optimizer.State)
        {
            job.Open.Save(state.Values, start, gradientSum.Length);
        }

        job.Parameters.Update(job.Optimizer, start, gradientSum, update.Scale, update.LearningRate, update.Step);
    }

    // A copy that came out otherwise than its owner's would be found when it is needed, and then nobody knows which is right.
    private void RequireEqual(GradientBucket bucket, int start, int end, int step)
    {
        var computed = job.Parameters.Weights.Slice(job.Layout.Buckets[bucket.Index].Offset + start, end - start);
        if (!MemoryMarshal.AsBytes(computed).SequenceEqual(MemoryMarshal.AsBytes(bucket.Sum[start..end])))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"step {step}: rank {group.Rank} updates the chunk of the rank before it (bucket {bucket.Index}) to other weights than that rank: the two workers' numerical libraries or processors differ (seqcluster workers shows their fingerprints)"));
        }
    }

    private readonly record struct Update(GradientScale Scale, double LearningRate, int Step);
}
