namespace SeqCluster.Pictures;

/// <summary>A table of weights with words at its rows and columns, as an SVG drawing: which source words an output word attended to.</summary>
public sealed class HeatMap
{
    private const double Cell = 28;
    private const double LetterWidth = 7.2;
    private const double Room = 16;

    /// <summary>Rows and columns; a longer sentence would be a picture that nobody can read.</summary>
    public const int WordsMaximum = 256;

    /// <summary>What it is of.</summary>
    public required string Title { get; init; }

    /// <summary>Words at the rows: the output.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>Words at the columns: the source.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>[rows, columns], 0 to 1.</summary>
    public required IReadOnlyList<IReadOnlyList<float>> Weights { get; init; }

    /// <summary>The drawing.</summary>
    /// <exception cref="ArgumentException">Weights and words do not match, or there are none, or too many.</exception>
    public string ToSvg()
    {
        if (Rows.Count is 0 or > WordsMaximum || Columns.Count is 0 or > WordsMaximum)
        {
            throw new ArgumentException($"{Rows.Count} rows and {Columns.Count} columns: a picture has 1 to {WordsMaximum} of each");
        }

        if (Weights.Count != Rows.Count || Weights.Any(row => row.Count != Columns.Count))
        {
            throw new ArgumentException($"the weights are not {Rows.Count} rows of {Columns.Count}");
        }

        var left = Room + (Rows.Max(word => word.Length) * LetterWidth) + 8;
        var top = 34 + (Columns.Max(word => word.Length) * LetterWidth) + 8;
        var width = Math.Max(left + (Columns.Count * Cell) + Room + 90, Title.Length * 8);
        var svg = new Svg(width, Math.Max(top + (Rows.Count * Cell) + Room, top + 130));
        svg.Text(width / 2, 18, Title, TextAnchor.Middle, 0, 14);
        for (var column = 0; column < Columns.Count; column++)
        {
            svg.Text(left + ((column + 0.5) * Cell), top - 6, Columns[column], TextAnchor.Start, -90);
        }

        for (var row = 0; row < Rows.Count; row++)
        {
            svg.Text(left - 8, top + ((row + 0.5) * Cell), Rows[row], TextAnchor.End);
            for (var column = 0; column < Columns.Count; column++)
            {
                svg.Box(left + (column * Cell), top + (row * Cell), Cell - 1, Cell - 1, Hex(Weights[row][column]));
            }
        }

        DrawScale(svg, left + (Columns.Count * Cell) + 24, top);
        return svg.ToString();
    }

    private static void DrawScale(Svg svg, double x, double y)
    {
        const int Steps = 20;
        for (var step = 0; step < Steps; step++)
        {
            svg.Box(x, y + (step * 5), 14, 5.5, Hex(1 - ((step + 0.5) / Steps)));
        }

        svg.Text(x + 20, y + 4, "1", TextAnchor.Start);
        svg.Text(x + 20, y + 50, "0.5", TextAnchor.Start);
        svg.Text(x + 20, y + 96, "0", TextAnchor.Start);
    }

    private static string Hex(double weight)
    {
        var (red, green, blue) = ColourScale.At(weight);
        return $"#{red:x2}{green:x2}{blue:x2}";
    }
}
