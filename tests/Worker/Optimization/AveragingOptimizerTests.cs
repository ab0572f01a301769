using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.Optimization;

namespace SeqCluster.Worker.Tests.Optimization;

public sealed class AveragingOptimizerTests
{
    private static readonly OptimizerSpec Sgd = new() { Kind = "sgd", LearningRate = 0.5, Beta1 = 0 };

    [Fact]
    public void Update_EachStep_MeanFollowsItsFormula()
    {
        float[] weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        var optimizer = new AveragingOptimizer(FlatOptimizer.Create(Sgd, 9), weights, decay: 0.5);
        var expected = weights.Select(weight => (double)weight).ToArray();
        for (var step = 1; step <= 20; step++)
        {
            optimizer.Update(weights, new float[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 0, GradientScale.Of(1, 1, default, out _), 0.1, step, decays: false);
            var decay = Math.Min(0.5, (1.0 + step) / (10 + step));
            for (var i = 0; i < 9; i++)
            {
                // After each: a wrong beginning is soon forgotten.
                expected[i] = (decay * expected[i]) + ((1 - decay) * weights[i]);
                Assert.Equal(expected[i], optimizer.Mean[i], 1e-5);
            }
        }
    }

    [Fact]
    public void Update_AnyCutIntoRanges_SameBits()
    {
        var (whole, cut) = (Train([1000]), Train([1, 6, 500, 493]));
        Assert.Equal(whole, cut);
    }

    private static float[] Train(int[] ranges)
    {
        var weights = Enumerable.Range(0, 1000).Select(i => MathF.Sin(i)).ToArray();
        var gradient = Enumerable.Range(0, 1000).Select(i => MathF.Cos(3 * i)).ToArray();
        var optimizer = new AveragingOptimizer(FlatOptimizer.Create(new OptimizerSpec(), 1000), weights, decay: 0.9);
        for (var step = 1; step <= 15; step++)
        {
            var start = 0;
            foreach (var length in ranges)
            {
                optimizer.Update(weights.AsSpan(start, length), gradient.AsSpan(start, length), start, GradientScale.Of(7, 3, new GradientClip(1, 0), out _), 0.01, step, decays: true);
                start += length;
            }
        }

        return optimizer.Mean.ToArray();
    }
}
