using System.Globalization;
using System.Security;
using System.Text;

namespace SeqCluster.Pictures;

/// <summary>
/// An SVG drawing in the making: lines, boxes and words at places in pixels. Knows nothing of what they mean. What it is given as
/// words is escaped, so no text of the data can become markup.
/// </summary>
internal sealed class Svg
{
    /// <summary>Ink of words and axes.</summary>
    public const string Ink = "#333333";

    /// <summary>Of lines that only guide the eye.</summary>
    public const string Faint = "#dddddd";

    private readonly StringBuilder body = new();
    private readonly double width;
    private readonly double height;

    public Svg(double width, double height)
    {
        (this.width, this.height) = (width, height);
        Box(0, 0, width, height, "#ffffff");
    }

    public void Box(double x, double y, double boxWidth, double boxHeight, string fill) =>
        Add($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{boxWidth:0.##}\" height=\"{boxHeight:0.##}\" fill=\"{fill}\"/>");

    public void Line(double x1, double y1, double x2, double y2, string stroke) =>
        Add($"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" stroke=\"{stroke}\"/>");

    public void Curve(IEnumerable<(double X, double Y)> points, string stroke)
    {
        var places = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.##},{point.Y:0.##}")));
        Add($"<polyline points=\"{places}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.5\" stroke-linejoin=\"round\"/>");
    }

    public void Image(double x, double y, double imageWidth, double imageHeight, ReadOnlySpan<byte> png)
    {
        var data = System.Convert.ToBase64String(png);
        Add($"<image x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{imageWidth:0.##}\" height=\"{imageHeight:0.##}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>");
    }

    /// <summary>Words whose middle, beginning or end is at a place; their line is centred on it.</summary>
    public void Text(double x, double y, string words, TextAnchor anchor = TextAnchor.Middle, double turn = 0, double size = 12)
    {
        var place = anchor switch { TextAnchor.Start => "start", TextAnchor.End => "end", _ => "middle" };
        var turned = turn == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" transform=\"rotate({turn:0.##} {x:0.##} {y:0.##})\"");
        Add($"<text x=\"{x:0.##}\" y=\"{y + (size * 0.35):0.##}\" text-anchor=\"{place}\" font-size=\"{size:0.##}\" fill=\"{Ink}\"{turned}>{Escaped(words)}</text>");
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0}\" height=\"{height:0}\" viewBox=\"0 0 {width:0} {height:0}\" font-family=\"sans-serif\">\n{body}</svg>\n");

    // Control characters have no place in XML, not even escaped.
    private static string Escaped(string words) =>
        SecurityElement.Escape(string.Concat(words.Select(letter => char.IsControl(letter) ? '␣' : letter)));

    private void Add(FormattableString element) => body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
