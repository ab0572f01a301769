using System.Globalization;
using System.Text;

namespace SeqCluster.Silo.Telemetry.Exposition;

/// <summary>
/// Names and labels of Prometheus for those of OpenTelemetry, by the rules of OpenTelemetry's compatibility page: letters, digits
/// and underscores; the unit in full; <c>_total</c> behind a counter.
/// </summary>
internal static class PrometheusNames
{
    /// <summary>The name of a family.</summary>
    /// <param name="instrument">For example <c>seqcluster.job.steps</c>.</param>
    /// <param name="unit">UCUM; in braces it is only a remark.</param>
    /// <param name="kind">What it is.</param>
    public static string Family(string instrument, string? unit, MetricKind kind)
    {
        var name = Cleaned(instrument);
        var word = unit switch
        {
            null or "" or "1" => "",
            ['{', ..] => "",
            "ms" => "milliseconds",
            "s" => "seconds",
            "By" => "bytes",
            _ => Cleaned(unit),
        };
        if (word.Length > 0 && !name.EndsWith("_" + word, StringComparison.Ordinal))
        {
            name += "_" + word;
        }

        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>The labels without braces, in the order of their names; empty without any.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in tags.ToArray().OrderBy(static tag => tag.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "," : "").Append(Cleaned(name)).Append("=\"");
            Escape(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true);
            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>Appends a text as the format wants it on one line.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="value">What.</param>
    /// <param name="quotes">Whether it stands in quotes.</param>
    public static void Escape(StringBuilder text, string value, bool quotes)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(letter),
            };
        }
    }

    private static string Cleaned(string name)
    {
        var cleaned = string.Concat(name.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return char.IsAsciiDigit(cleaned[0]) ? "_" + cleaned : cleaned;
    }
}
