using SeqCluster.Data.Manifests;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Tests.Sampling;

public sealed class SamplingPlanTests
{
    [Theory]
    [InlineData(8, 3, 1000)]
    [InlineData(8, 4, 9, 8, 7, 17, 1000, 33)]
    [InlineData(1, 1, 2)]
    [InlineData(64, 12, 65)]
    [InlineData(64, 12, 128, 129, 130, 5000, 64, 1, 700, 800, 900, 901, 902, 903)]
    public void Epoch_AnyShards_UsesEachBlockOnceAndCountsWhatItSkips(int block, int microBatch, params int[] lengths)
    {
        var shards = Shards(lengths);
        for (var epoch = 0; epoch < 5; epoch++)
        {
            var plan = new EpochPlan(shards, block, microBatch, seed: 11, epoch);
            var used = new int[lengths.Sum()];
            foreach (var start in Enumerable.Range(0, plan.Count).SelectMany(index => plan[index].Numbers.ToArray()))
            {
                var origin = 0;
                var shard = lengths.First(length => (origin += length) > start);
                Assert.True(start + block < origin, $"the block at {start} with its last target stays inside its shard of {shard}");
                for (var i = 0; i < block; i++)
                {
                    used[start + i]++;
                }
            }

            Assert.All(used, count => Assert.InRange(count, 0, 1));
            Assert.Equal(plan.SkippedTokens, used.Count(count => count == 0));
            Assert.All(Enumerable.Range(0, plan.Count - 1), index => Assert.Equal(microBatch, plan[index].Count));
            Assert.Equal(0, plan[plan.Count].Count);
        }
    }

    [Fact]
    public void Epoch_ShardOfOneBlock_IsNeverLostToTheOffset() =>
        Assert.All(Enumerable.Range(0, 50), epoch => Assert.Equal(1, new EpochPlan(Shards(65), 64, 1, 5, epoch).Samples));

    [Fact]
    public void Epoch_NoWholeBlock_IsRefused() => Assert.Throws<ArgumentException>(() => new EpochPlan(Shards(64, 3), 64, 1, 0, 0));

    [Fact]
    public void Epoch_OtherSeedOrEpoch_OtherOrder()
    {
        var orders = new[] { (1L, 0), (1L, 1), (2L, 0) }.Select(key => string.Join(',', Order(new EpochPlan(Shards(5000), 8, 4, key.Item1, key.Item2))));
        Assert.Equal(3, orders.Distinct().Count());
        Assert.Equal(Order(new EpochPlan(Shards(5000), 8, 4, 1, 0)), Order(new EpochPlan(Shards(5000), 8, 4, 1, 0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    public void Steps_OverEpochs_GiveEveryMicroBatchOnceInOrder(int replicas)
    {
        var shards = Shards(997, 403);
        var steps = new EpochSamplingPlan(epoch => new EpochPlan(shards, 8, 4, seed: 3, epoch), replicas);
        var step = 1;
        for (var epoch = 0; epoch < 4; epoch++)
        {
            var epochPlan = new EpochPlan(shards, 8, 4, 3, epoch);
            var fed = new List<long>();
            while (steps[step].Epoch == epoch)
            {
                var planned = steps[step++];
                Assert.Equal(replicas, planned.Replicas.Count);
                Assert.True(planned.Replicas[0].Count > 0, "a step is never empty");
                fed.AddRange(planned.Replicas.SelectMany(batch => batch.Numbers.ToArray()));
            }

            Assert.Equal(Order(epochPlan), fed);
        }
    }

    [Fact]
    public void Steps_AskedOutOfOrder_AreTheSame()
    {
        var forward = new EpochSamplingPlan(epoch => new EpochPlan(Shards(997), 8, 4, seed: 3, epoch), 3);
        var direct = new EpochSamplingPlan(epoch => new EpochPlan(Shards(997), 8, 4, seed: 3, epoch), 3);
        var late = direct[90];
        var early = direct[2];
        for (var step = 1; step < 90; step++)
        {
            _ = forward[step];
        }

        Assert.Equal(Flatten(forward[90]), Flatten(late));
        Assert.Equal(Flatten(forward[2]), Flatten(early));
    }

    [Fact]
    public void Replacement_ManyDraws_CoverTheSplitAndStayInside()
    {
        var plan = new ReplacementSamplingPlan(samples: 90, microBatch: 50, replicas: 4, seed: 1);
        var starts = Enumerable.Range(1, 20).SelectMany(step => Flatten(plan[step])).ToArray();
        Assert.Equal(Enumerable.Range(0, 90).Select(start => (long)start), starts.Distinct().Order());
        Assert.Equal(4000, starts.Length);
        Assert.NotEqual(plan[1].Replicas[0].Numbers.ToArray(), plan[1].Replicas[1].Numbers.ToArray());
    }

    [Theory]
    [InlineData(1, 8, 4)]
    [InlineData(2, 8, 4)]
    [InlineData(9, 8, 4)]
    [InlineData(1000, 8, 4)]
    [InlineData(1001, 64, 12)]
    public void Evaluation_AnySplit_PredictsEveryTokenButTheFirstOnce(int tokens, int block, int batchSize)
    {
        var predicted = new int[tokens];
        foreach (var batch in EvaluationBatches.List(tokens, block, batchSize, limit: 0))
        {
            foreach (var start in batch.Samples.Numbers.ToArray())
            {
                for (var i = 1; i <= batch.Places; i++)
                {
                    predicted[start + i]++;
                }
            }
        }

        Assert.Equal(0, predicted[0]);
        Assert.All(predicted.Skip(1), count => Assert.Equal(1, count));
    }

    [Fact]
    public void Evaluation_Limited_IsSpreadAndNumbered()
    {
        var batches = EvaluationBatches.List(10_000, 8, 4, limit: 10);
        Assert.Equal(Enumerable.Range(0, 10), batches.Select(batch => batch.Number));
        Assert.True(batches[^1].Samples.Numbers.Span[0] > 8000);
    }

    private static List<ShardEntry> Shards(params int[] lengths) => [.. lengths.Select(length => new ShardEntry("unused", length))];

    private static long[] Order(IEpochPlan plan) => [.. Enumerable.Range(0, plan.Count).SelectMany(index => plan[index].Numbers.ToArray())];

    private static long[] Flatten(PlannedStep step) => [.. step.Replicas.SelectMany(batch => batch.Numbers.ToArray())];
}
