namespace SeqCluster.Pictures;

/// <summary>Power over time and frequency, low frequencies below. Colours are decibels below the strongest.</summary>
public sealed class SpectrogramPicture
{
    private const double Left = 72;
    private const double Top = 40;
    private const double PlotWidth = 640;
    private const double PlotHeight = 300;

    /// <summary>What is weaker than the strongest by more has the darkest colour.</summary>
    private const double RangeDecibels = 80;

    /// <summary>What it is of.</summary>
    public required string Title { get; init; }

    /// <summary>Columns.</summary>
    public required int Frames { get; init; }

    /// <summary>Rows.</summary>
    public required int Bins { get; init; }

    /// <summary>Length of the sound.</summary>
    public required double Seconds { get; init; }

    /// <summary>The highest frequency.</summary>
    public required double HighestHz { get; init; }

    /// <summary>Power at a frame and a bin.</summary>
    public required Func<int, int, double> Power { get; init; }

    /// <summary>The bare picture, a point for each frame and bin.</summary>
    public byte[] ToPng()
    {
        var strongest = 1e-30;
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                strongest = Math.Max(strongest, Power(frame, bin));
            }
        }

        var colours = new byte[Frames * Bins * 3];
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                var decibels = 10 * Math.Log10(Math.Max(Power(frame, bin) / strongest, 1e-30));
                var at = (((Bins - 1 - bin) * Frames) + frame) * 3;
                (colours[at], colours[at + 1], colours[at + 2]) = ColourScale.At(1 + (decibels / RangeDecibels));
            }
        }

        return Png.Encode(Frames, Bins, colours);
    }

    /// <summary>The picture with its axes.</summary>
    public string ToSvg()
    {
        var svg = new Svg(Left + PlotWidth + 24, Top + PlotHeight + 52);
        svg.Text(Left + (PlotWidth / 2), 18, Title, TextAnchor.Middle, 0, 14);
        svg.Image(Left, Top, PlotWidth, PlotHeight, ToPng());
        foreach (var tick in AxisTicks.Between(0, Seconds, 9))
        {
            var x = Left + (tick / Seconds * PlotWidth);
            svg.Line(x, Top + PlotHeight, x, Top + PlotHeight + 5, Svg.Ink);
            svg.Text(x, Top + PlotHeight + 16, AxisTicks.Text(tick));
        }

        foreach (var tick in AxisTicks.Between(0, HighestHz, 8))
        {
            var y = Top + PlotHeight - (tick / HighestHz * PlotHeight);
            svg.Line(Left - 5, y, Left, y, Svg.Ink);
            svg.Text(Left - 8, y, AxisTicks.Text(tick), TextAnchor.End);
        }

        svg.Text(Left + (PlotWidth / 2), Top + PlotHeight + 38, "seconds");
        svg.Text(16, Top + (PlotHeight / 2), "Hz", TextAnchor.Middle, -90);
        return svg.ToString();
    }
}
