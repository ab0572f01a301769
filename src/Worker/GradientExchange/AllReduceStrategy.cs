using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>Every member gets the whole sum and applies the whole update: state is everywhere, at W times the arithmetic.</summary>
internal sealed class AllReduceStrategy(
    CollectiveGroup group, ParameterLayout layout, FlatParameters parameters, FlatOptimizer optimizer) : IUpdateStrategy
{
    public void Begin(int bucket) => group.Begin(group.Buckets[bucket]);

    public StepOutcome CompleteAndUpdate(int step, double learningRate, GradientClip clip, Action<StepOutcome> reduced, Action<int> pass)
    {
        foreach (var bucket in group.Buckets)
        {
            group.Complete(bucket);
        }

        var outcome = ReducedStep.Outcome(group, clip, out var scale);
        reduced(outcome);
        pass(step);
        for (var index = 0; index < layout.Buckets.Count; index++)
        {
            parameters.Update(optimizer, layout.Buckets[index].Offset, group.Buckets[index].Sum, scale, learningRate, step);
            FaultPoints.At(FaultPoint.Update, step);
        }

        parameters.CopyToModel();
        return outcome;
    }

    public bool GatherState(int step) => false;
}

/// <summary>What both strategies read off the reduced buckets.</summary>
internal static class ReducedStep
{
    public static StepOutcome Outcome(CollectiveGroup group, GradientClip clip, out GradientScale scale)
    {
        var squares = new double[group.Buckets.Count];
        for (var index = 0; index < squares.Length; index++)
        {
            squares[index] = group.Buckets[index].SumOfSquares;
        }

        // The side values travel with the first bucket.
        var sides = group.Buckets[0].Sides;
        var (targets, isStopWished) = StopWish.Read(sides);
        scale = GradientScale.Of(targets, SquareSum.Join(squares), clip, out var norm);
        return new StepOutcome(targets, sides.LossSum, norm, isStopWished);
    }
}
