namespace SeqCluster.Pictures;

/// <summary>Curves over a common axis, as an SVG drawing: losses over steps. Points that are no finite numbers are left out.</summary>
public sealed class LineChart
{
    private const double Width = 760;
    private const double Height = 380;
    private const double Left = 72;
    private const double Right = 16;
    private const double Top = 44;
    private const double Bottom = 52;

    /// <summary>More points than the drawing has columns are thinned to their means.</summary>
    private const int PointsMaximum = 700;

    private static readonly string[] Strokes = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"];

    /// <summary>What it is of.</summary>
    public required string Title { get; init; }

    /// <summary>What the axis below counts.</summary>
    public required string HorizontalLabel { get; init; }

    /// <summary>What the axis on the left measures.</summary>
    public required string VerticalLabel { get; init; }

    /// <summary>Name and points of each curve, the points from left to right.</summary>
    public required IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Curves { get; init; }

    /// <summary>The drawing.</summary>
    /// <exception cref="ArgumentException">No curve has a point.</exception>
    public string ToSvg()
    {
        var curves = Curves.Select(curve => (curve.Name, Points: Thinned([.. curve.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))]))).ToList();
        var all = curves.SelectMany(curve => curve.Points).ToList();
        if (all.Count == 0)
        {
            throw new ArgumentException($"{Title}: there is nothing to draw yet");
        }

        var (left, right) = Range(all.Select(point => point.X), 0);
        var (low, high) = Range(all.Select(point => point.Y), 0.05);
        double X(double x) => Left + ((x - left) / (right - left) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - ((y - low) / (high - low) * (Height - Top - Bottom));

        var svg = new Svg(Width, Height);
        svg.Text(Width / 2, 18, Title, TextAnchor.Middle, 0, 14);
        foreach (var tick in AxisTicks.Between(low, high, 7))
        {
            svg.Line(Left, Y(tick), Width - Right, Y(tick), Svg.Faint);
            svg.Text(Left - 8, Y(tick), AxisTicks.Text(tick), TextAnchor.End);
        }

        foreach (var tick in AxisTicks.Between(left, right, 9))
        {
            svg.Line(X(tick), Height - Bottom, X(tick), Height - Bottom + 5, Svg.Ink);
            svg.Text(X(tick), Height - Bottom + 16, AxisTicks.Text(tick));
        }

        svg.Line(Left, Height - Bottom, Width - Right, Height - Bottom, Svg.Ink);
        svg.Text((Left + Width - Right) / 2, Height - 14, HorizontalLabel);
        svg.Text(16, (Top + Height - Bottom) / 2, VerticalLabel, TextAnchor.Middle, -90);
        for (var i = 0; i < curves.Count; i++)
        {
            var stroke = Strokes[i % Strokes.Length];
            svg.Curve(curves[i].Points.Select(point => (X(point.X), Y(point.Y))), stroke);
            foreach (var (x, y) in curves[i].Points.Count <= 30 ? curves[i].Points : [])
            {
                svg.Box(X(x) - 2.5, Y(y) - 2.5, 5, 5, stroke);
            }

            svg.Box(Left + 8 + (i * 150), 32, 14, 4, stroke);
            svg.Text(Left + 28 + (i * 150), 34, curves[i].Name, TextAnchor.Start);
        }

        return svg.ToString();
    }

    private static (double Low, double High) Range(IEnumerable<double> values, double margin)
    {
        var (low, high) = (values.Min(), values.Max());
        var room = high > low ? (high - low) * margin : Math.Max(Math.Abs(low), 1) * 0.5;
        return (low - room, high + room);
    }

    private static IReadOnlyList<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        var size = (points.Count + PointsMaximum - 1) / PointsMaximum;
        return size <= 1 ? points : [.. points.Chunk(size).Select(chunk => (chunk.Average(point => point.X), chunk.Average(point => point.Y)))];
    }
}
