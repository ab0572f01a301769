using System.Globalization;
using System.Text;

namespace SeqCluster.Silo.Telemetry.Exposition;

/// <summary>The text format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>What the answer says of itself.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All families that have measured something, by name.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(static family => family.Name, StringComparer.Ordinal))
        {
            var isFirst = true;
            family.Read((labels, series) =>
            {
                if (isFirst)
                {
                    Head(text, family);
                    isFirst = false;
                }

                Append(text, family, labels, series);
            });
        }

        return text.ToString();
    }

    private static void Head(StringBuilder text, MetricFamily family)
    {
        if (family.Help.Length > 0)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ');
            PrometheusNames.Escape(text, family.Help, quotes: false);
            text.Append('\n');
        }

        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
    }

    private static void Append(StringBuilder text, MetricFamily family, string labels, MetricSeries series)
    {
        if (family.Kind != MetricKind.Histogram)
        {
            Line(text, family.Name, labels, series.Value);
            return;
        }

        long all = 0;
        foreach (var (bound, count) in series.Cumulative())
        {
            Line(text, family.Name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{Number(bound)}\"", count);
            all = count;
        }

        Line(text, family.Name + "_sum", labels, series.Value);
        Line(text, family.Name + "_count", labels, all);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
