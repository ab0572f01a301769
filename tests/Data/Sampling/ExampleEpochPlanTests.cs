using SeqCluster.Data.Randomness;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Tests.Sampling;

public sealed class ExampleEpochPlanTests
{
    private static readonly int[] Lengths = NewLengths(997);

    [Theory]
    [InlineData(8, 0)]
    [InlineData(1, 0)]
    [InlineData(16, 200)]
    [InlineData(16, 30)]
    public void Epoch_AnyBudget_HasEveryExampleOnceAndKeepsTheBudget(int microBatch, int tokens)
    {
        var plan = Plan(microBatch, tokens, epoch: 0);
        var all = new List<long>();
        for (var index = 0; index < plan.Count; index++)
        {
            var numbers = plan[index].Numbers.ToArray();
            var cost = numbers.Length * numbers.Max(number => Lengths[number]);
            Assert.True(tokens == 0 ? numbers.Length <= microBatch : cost <= tokens || numbers.Length == 1, $"{numbers.Length} rows cost {cost}");
            all.AddRange(numbers);
        }

        Assert.Equal(Enumerable.Range(0, Lengths.Length).Select(number => (long)number), all.Order());
        Assert.Equal(0, plan[plan.Count].Count);
    }

    [Fact]
    public void Epoch_SameArguments_SamePlan_OtherEpochAnother()
    {
        Assert.Equal(Flat(Plan(16, 200, 3)), Flat(Plan(16, 200, 3)));
        Assert.NotEqual(Flat(Plan(16, 200, 3)), Flat(Plan(16, 200, 4)));
    }

    [Fact]
    public void Epoch_Buckets_LeaveLittlePadding()
    {
        var plan = Plan(16, 0, 0);
        var batches = Enumerable.Range(0, plan.Count).Select(index => plan[index].Numbers.ToArray()).ToList();
        var padded = batches.Sum(numbers => numbers.Length * numbers.Max(number => Lengths[number]));
        Assert.InRange(padded, Lengths.Sum(), 1.1 * Lengths.Sum());
        // And yet short ones do not come first.
        Assert.NotEqual(batches.OrderBy(numbers => Lengths[numbers[0]]).Select(numbers => numbers[0]), batches.Select(numbers => numbers[0]));
    }

    [Theory]
    [InlineData(4, 0, 250)]
    [InlineData(1, 40, 250)]
    [InlineData(1, 39, 334)]
    public void Epoch_EqualLengths_FillEveryMicroBatchToItsBudget(int microBatch, int tokens, int count) =>
        Assert.Equal(count, new ExampleEpochPlan([.. Enumerable.Repeat(10, 1000)], new SamplingOptions("epoch", microBatch, Replicas: 5, Seed: 1, tokens), 0).Count);

    [Fact]
    public void Epoch_ManyWindows_EachHoldsExamplesFromEverywhere()
    {
        // Micro-batches of one example: the first 64 are the first window.
        var first = Flat(Plan(1, 0, 0))[..ExampleEpochPlan.WindowMicroBatches];
        Assert.True(first.Max() > 800 && first.Min() < 200, string.Join(' ', first));
    }

    [Fact]
    public void Epoch_NoExamples_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new ExampleEpochPlan([], new SamplingOptions("epoch", 1, 1, 1), 0));

    private static ExampleEpochPlan Plan(int microBatch, int tokens, int epoch) =>
        new(Lengths, new SamplingOptions("epoch", microBatch, Replicas: 5, Seed: 1, tokens), epoch);

    private static long[] Flat(ExampleEpochPlan plan) => [.. Enumerable.Range(0, plan.Count).SelectMany(index => plan[index].Numbers.ToArray())];

    private static int[] NewLengths(int count)
    {
        var random = new SplitMix64(5);
        return [.. Enumerable.Range(0, count).Select(_ => 2 + (int)random.Next(38))];
    }
}
