using System.Globalization;

namespace SeqCluster.Client.Watching;

/// <summary>
/// Draws training and validation loss as lines of text: the first in braille dots (2 × 4 to a character), the second as one
/// mark for each evaluation. Pure: the same points give the same lines.
/// </summary>
public static class LossCurve
{
    /// <summary>How an evaluation is marked.</summary>
    public const char ValidationMark = '◆';

    private const int DotsAcross = 2;
    private const int DotsDown = 4;
    private const char EmptyBraille = '\u2800';

    // Bit of each dot in a braille character, by column and row.
    private static readonly int[,] DotBits = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    /// <summary>The curve with its axes; empty when there is nothing to draw or no room.</summary>
    /// <param name="train">Points in order of their steps.</param>
    /// <param name="validation">Points in order of their steps.</param>
    /// <param name="steps">The right end of the axis: the job's last step.</param>
    /// <param name="width">Characters across, labels included; at least 20.</param>
    /// <param name="height">Lines in all, the axis included; at least 3.</param>
    public static IReadOnlyList<string> Draw(
        IReadOnlyList<(double Step, double Value)> train, IReadOnlyList<(double Step, double Value)> validation, int steps, int width, int height)
    {
        if (train.Count + validation.Count == 0 || width < 20 || height < 3)
        {
            return [];
        }

        var values = train.Concat(validation).Select(point => point.Value).ToList();
        var (low, high) = (values.Min(), values.Max());
        if (high - low < 1e-9)
        {
            (low, high) = (low - 0.5, high + 0.5);
        }

        var labels = new[] { Label(high), Label(low) };
        var margin = labels.Max(label => label.Length);
        var columns = width - margin - 2;
        var rows = height - 1;
        var scale = new Scale(Math.Max(1, steps), low, high, columns * DotsAcross, rows * DotsDown);
        var cells = Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(EmptyBraille, columns).ToArray()).ToArray();
        DrawLine(cells, train, scale);
        foreach (var (step, value) in validation)
        {
            cells[scale.Row(value) / DotsDown][scale.Column(step) / DotsAcross] = ValidationMark;
        }

        return
        [
            .. cells.Select((row, index) => $"{(index == 0 ? labels[0] : index == rows - 1 ? labels[1] : "").PadLeft(margin)} ┤{new string(row).Replace(EmptyBraille, ' ')}".TrimEnd()),
            $"{new string(' ', margin)} └{StepAxis(steps, columns)}",
        ];
    }

    // Each column of dots shows the mean of its steps, joined to the column before it by a vertical line.
    private static void DrawLine(char[][] cells, IReadOnlyList<(double Step, double Value)> points, Scale scale)
    {
        int? before = null;
        foreach (var column in points.GroupBy(point => scale.Column(point.Step)).OrderBy(group => group.Key))
        {
            var row = scale.Row(column.Average(point => point.Value));
            var from = before is null || before == row ? row : before.Value + Math.Sign(row - before.Value);
            for (var dot = Math.Min(from, row); dot <= Math.Max(from, row); dot++)
            {
                cells[dot / DotsDown][column.Key / DotsAcross] |= (char)DotBits[column.Key % DotsAcross, dot % DotsDown];
            }

            before = row;
        }
    }

    private static string StepAxis(int steps, int columns)
    {
        var last = steps.ToString(CultureInfo.InvariantCulture);
        return columns <= last.Length + 2 ? new string('─', columns) : $"{new string('─', columns - last.Length - 1)} {last}";
    }

    private static string Label(double value) => value.ToString(Math.Abs(value) < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private sealed record Scale(int Steps, double Low, double High, int DotColumns, int DotRows)
    {
        public int Column(double step) => Math.Clamp((int)(step / Steps * (DotColumns - 1)), 0, DotColumns - 1);

        public int Row(double value) => Math.Clamp((int)Math.Round((High - value) / (High - Low) * (DotRows - 1)), 0, DotRows - 1);
    }
}
