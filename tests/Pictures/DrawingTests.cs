using System.Globalization;
using System.Xml.Linq;

namespace SeqCluster.Pictures.Tests;

public sealed class DrawingTests
{
    private static readonly XNamespace Names = "http://www.w3.org/2000/svg";

    [Fact]
    public void HeatMap_Weights_AreCellsInTheirOrderAndWordsAreEscaped()
    {
        var svg = XDocument.Parse(new HeatMap
        {
            Title = "<attention>",
            Rows = ["a", "b\u0001 & c"],
            Columns = ["x", "y", "\"z\""],
            Weights = [[1, 0, 0.5f], [0, 1, 0]],
        }.ToSvg());

        var fills = svg.Descendants(Names + "rect").Skip(1).Take(6).Select(cell => (string)cell.Attribute("fill")!).ToList();
        Assert.Equal(["#fde725", "#440154", "#440154", "#fde725", "#440154"], [fills[0], fills[1], fills[3], fills[4], fills[5]]);
        Assert.NotEqual(fills[0], fills[2]);
        Assert.Equal(["<attention>", "x", "y", "\"z\"", "a", "b␣ & c"], svg.Descendants(Names + "text").Take(6).Select(text => text.Value));
    }

    [Fact]
    public void HeatMap_WordsAndWeightsThatDoNotMatch_AreRefused()
    {
        var map = new HeatMap { Title = "", Rows = ["a"], Columns = ["x"], Weights = [[1, 2]] };
        Assert.Contains("1 rows of 1", Assert.Throws<ArgumentException>(map.ToSvg).Message);
        var long_ = new HeatMap { Title = "", Rows = ["a"], Columns = [.. new string[257]], Weights = [new float[257]] };
        Assert.Contains("257 columns", Assert.Throws<ArgumentException>(long_.ToSvg).Message);
    }

    [Fact]
    public void LineChart_Points_LieWhereTheAxesSay()
    {
        var svg = XDocument.Parse(Chart([(0, 4), (50, 2), (75, double.NaN), (100, 1)]).ToSvg());

        var points = svg.Descendants(Names + "polyline").Single().Attribute("points")!.Value.Split(' ')
            .Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToList();
        Assert.Equal(3, points.Count);
        Assert.Equal(points[0][0] + points[2][0], 2 * points[1][0], 0.05);
        Assert.Equal((points[2][1] - points[0][1]) / 3, points[2][1] - points[1][1], 0.05);
        Assert.Contains("100", svg.Descendants(Names + "text").Select(text => text.Value));
    }

    [Fact]
    public void LineChart_ManyPoints_AreThinned()
    {
        var svg = XDocument.Parse(Chart([.. Enumerable.Range(1, 100_000).Select(step => ((double)step, 1.0 / step))]).ToSvg());
        Assert.InRange(svg.Descendants(Names + "polyline").Single().Attribute("points")!.Value.Split(' ').Length, 300, 700);
    }

    [Fact]
    public void LineChart_Nothing_IsRefused() =>
        Assert.Contains("nothing to draw", Assert.Throws<ArgumentException>(Chart([(1, double.NaN)]).ToSvg).Message);

    [Theory]
    [InlineData(0, 1, 5, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(0, 1200, 9, "0 200 400 600 800 1,000 1,200")]
    [InlineData(-3, 3, 3, "-2 0 2")]
    [InlineData(2, 2, 5, "2")]
    public void Ticks_OfARange_AreRound(double low, double high, int most, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisTicks.Between(low, high, most).Select(AxisTicks.Text)));

    [Fact]
    public void Spectrogram_StrongestPoint_IsBrightestAndLowFrequenciesLieBelow()
    {
        var picture = new SpectrogramPicture { Title = "t", Frames = 4, Bins = 3, Seconds = 1, HighestHz = 4_000, Power = (frame, bin) => frame == 1 && bin == 0 ? 1 : 1e-20 };

        var svg = XDocument.Parse(picture.ToSvg());

        Assert.StartsWith("data:image/png;base64,", svg.Descendants(Names + "image").Single().Attribute("href")!.Value);
        var dark = ColourScale.At(0);
        var colours = Enumerable.Repeat(new[] { dark.Red, dark.Green, dark.Blue }, 12).SelectMany(colour => colour).ToArray();
        var bright = ColourScale.At(1);
        (colours[27], colours[28], colours[29]) = (bright.Red, bright.Green, bright.Blue);
        Assert.Equal(Png.Encode(4, 3, colours), picture.ToPng());
    }

    private static LineChart Chart(IReadOnlyList<(double X, double Y)> points) =>
        new() { Title = "loss", HorizontalLabel = "step", VerticalLabel = "nats", Curves = [("train", points)] };
}
