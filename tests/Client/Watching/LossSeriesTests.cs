using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Tests.Watching;

public sealed class LossSeriesTests
{
    [Fact]
    public void Add_AHundredThousandSteps_StaysBoundedAndKeepsTheMean()
    {
        var series = new LossSeries();
        for (var step = 1; step <= 100_000; step++)
        {
            series.Add(step, step % 2 == 0 ? 1 : 3);
        }

        Assert.InRange(series.Points.Count, 1_000, 4_096);
        Assert.All(series.Points, point => Assert.Equal(2, point.Value, 6));
        Assert.Equal(series.Points.OrderBy(point => point.Step), series.Points);
        Assert.Equal(1, series.Last);
    }

    [Fact]
    public void Add_StepsOfAnotherAttempt_ReplaceWhatTheyRepeat()
    {
        var series = new LossSeries();
        foreach (var (step, value) in new[] { (1, 4.0), (2, 3.0), (3, 2.0), (2, 3.5) })
        {
            series.Add(step, value);
        }

        Assert.Equal([(1, 4.0), (2, 3.5)], series.Points);
    }

    [Fact]
    public void Add_NotANumber_IsTheNewestValueButNoPoint()
    {
        var series = new LossSeries();
        series.Add(1, double.NaN);

        Assert.Empty(series.Points);
        Assert.Equal(double.NaN, series.Last);
    }
}
