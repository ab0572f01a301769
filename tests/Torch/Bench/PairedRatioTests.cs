using SeqCluster.Bench.Measurement;

namespace SeqCluster.Torch.Tests.Bench;

public sealed class PairedRatioTests
{
    [Fact]
    public void Of_OneSlowMoment_IsTheMedianOfThePairsNotTheRatioOfTheMedians()
    {
        // The machine was three times slower during the first pair and the second pair: both sides alike.
        var ratio = PairedRatio.Of([3, 3, 1], [6, 6, 4]);

        Assert.Equal(0.5, ratio.Ratio);
        Assert.Equal((0.25, 0.5), (ratio.Lowest, ratio.Highest));
        Assert.Equal((3.0, 6.0), (ratio.Ours, ratio.Peer));
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
