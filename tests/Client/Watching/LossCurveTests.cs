using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Tests.Watching;

public sealed class LossCurveTests
{
    [Fact]
    public void Draw_FallingLine_GoesFromTheUpperLeftToTheLowerRight()
    {
        var points = Enumerable.Range(0, 101).Select(step => ((double)step, 4.0 - (step * 0.03))).ToList();

        var lines = LossCurve.Draw(points, [], 100, width: 26, height: 6);

        Assert.Equal(
            [
                "4.00 ┤⠑⠢⢄⡀",
                "     ┤   ⠈⠑⠢⢄⡀",
                "     ┤       ⠈⠑⠢⠤⣀",
                "     ┤            ⠉⠒⠤⣀",
                "1.00 ┤                ⠉⠒⠤⣀",
                "     └──────────────── 100",
            ],
            lines);
    }

    [Fact]
    public void Draw_Evaluation_IsMarkedAtItsStepAndValue()
    {
        var lines = LossCurve.Draw([(0, 2), (10, 1)], [(10, 2)], 10, width: 30, height: 4);

        Assert.EndsWith(LossCurve.ValidationMark.ToString(), lines[0], StringComparison.Ordinal);
        Assert.Equal(30, lines[0].Length);
    }

    [Fact]
    public void Draw_EveryLine_FitsTheWidth()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 200; trial++)
        {
            var steps = random.Next(1, 5_000);
            var points = Enumerable.Range(0, random.Next(1, 300)).Select(_ => (random.NextDouble() * steps, random.NextDouble() * Math.Pow(10, random.Next(-3, 4)))).ToList();
            var (width, height) = (random.Next(20, 120), random.Next(3, 20));

            var lines = LossCurve.Draw(points, points.Take(3).ToList(), steps, width, height);

            Assert.Equal(height, lines.Count);
            Assert.All(lines, line => Assert.True(line.Length <= width, $"seed 7, trial {trial}: {line.Length} of {width}: {line}"));
        }
    }

    [Theory]
    [InlineData(19, 10)]
    [InlineData(40, 2)]
    public void Draw_NoRoom_IsEmpty(int width, int height) => Assert.Empty(LossCurve.Draw([(1, 1)], [], 10, width, height));

    [Fact]
    public void Draw_NothingYet_IsEmpty() => Assert.Empty(LossCurve.Draw([], [], 10, 40, 10));

    [Fact]
    public void Draw_ConstantLoss_IsALineAndNoDivisionByZero() =>
        Assert.Contains(LossCurve.Draw([(1, 2), (2, 2)], [], 2, 40, 5), line => line.Any(letter => letter is > '\u2800' and <= '\u28FF'));
}
