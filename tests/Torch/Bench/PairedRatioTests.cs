using SeqCluster.Bench.Measurement;

namespace SeqCluster.Torch.Tests.Bench;

public sealed class PairedRatioTests
{
    [Fact]
    public void Of_OneSlowMoment_IsTheMedianOfThePairsNotTheRatioOfTheMedians()
    {
        // The machine was three times slower during the first pair, for both sides alike; the ratio of the medians is 0.25.
        var ratio = PairedRatio.Of([3, 1, 1], [6, 2, 4]);

        Assert.Equal(0.5, ratio.Ratio);
        Assert.Equal((0.25, 0.5), (ratio.Lowest, ratio.Highest));
        Assert.Equal((1.0, 4.0), (ratio.Ours, ratio.Peer));
    }

    [Fact]
    public void Of_UnequalCounts_Throws() => Assert.Throws<ArgumentException>(() => PairedRatio.Of([1], [1, 2]));

    [Theory]
    [InlineData(new[] { 5.0, 1, 3 }, 3)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    public void Median_AnyOrder_IsTheMiddle(double[] samples, double expected) => Assert.Equal(expected, Median.Of(samples));

    [Fact]
    public void Median_NoSample_Throws() => Assert.Throws<ArgumentException>(() => Median.Of([]));
}
