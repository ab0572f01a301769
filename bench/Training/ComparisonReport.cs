using System.Text;
using System.Text.Json;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Training;

/// <summary>The comparison as a Markdown document, as a table and as one line of JSON. It never measures.</summary>
public sealed class ComparisonReport(IReadOnlyList<(Row Row, PairedRatio Ratio)> rows, IReadOnlyDictionary<string, TaskReport> descriptions)
{
    /// <summary>Foreign load from which a sitting is called busy.</summary>
    private const double BusyLoad = 0.5;

    /// <summary>The table alone.</summary>
    public string Table()
    {
        var table = new StringBuilder();
        table.AppendLine("| | SeqCluster | python3-torch | ratio | lowest–highest | bound | |");
        table.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var (row, ratio) in rows)
        {
            table.AppendLine($"| {row.Name} | {ratio.Ours * row.UnitsPerSecond:0.0} {row.Unit} | "
                + $"{ratio.Peer * row.UnitsPerSecond:0.0} {row.Unit} | {ratio.Ratio:0.000} | "
                + $"{ratio.Lowest:0.000}–{ratio.Highest:0.000} | ≤ {row.Bound:0.00} | "
                + $"{(ratio.Ratio <= row.Bound ? "met" : "**not met**")} |");
        }

        return table.ToString();
    }

    /// <summary>One line: <c>{"rows":[{"name":…,"ratio":…,…},…]}</c>; times are in seconds.</summary>
    public string Json() => JsonSerializer.Serialize(new
    {
        rows = rows.Select(entry => new
        {
            name = entry.Row.Name,
            ratio = Math.Round(entry.Ratio.Ratio, 4),
            lowest = Math.Round(entry.Ratio.Lowest, 4),
            highest = Math.Round(entry.Ratio.Highest, 4),
            ours_s = entry.Ratio.Ours,
            peer_s = entry.Ratio.Peer,
            bound = entry.Row.Bound,
        }),
    });

    /// <summary>The document kept under <c>bench/results</c>.</summary>
    /// <param name="options">How it was measured.</param>
    /// <param name="loadBefore">Load average before the first run.</param>
    /// <param name="loadAfter">Load average after the last run.</param>
    public string Markdown(ComparisonOptions options, double loadBefore, double loadAfter)
    {
        var document = new StringBuilder();
        document.AppendLine("# The tensor binding against python3-torch");
        document.AppendLine();
        document.AppendLine($"Machine: {Machine.Describe()}.");
        document.AppendLine($"Load average before {loadBefore:0.00}, after {loadAfter:0.00}; 1 of the latter is the benchmark's own.");
        if (loadBefore > BusyLoad || loadAfter > 1 + BusyLoad)
        {
            document.AppendLine("**Taken on a busy machine: the ratios are only indicative, the times mean nothing. Run it again.**");
        }

        document.AppendLine();
        foreach (var (side, report) in descriptions)
        {
            document.AppendLine($"- {side}: torch {report.Version}, loaded {string.Join(", ", report.Libraries)}");
        }

        document.AppendLine();
        document.Append(Table());
        document.AppendLine();
        document.AppendLine($"Each ratio is our time over the peer's: the median of {options.Runs} pairs, with the lowest and the "
            + "highest. A pair is one fresh process of each side, one after the other, one thread each, "
            + (options.Core is { } core ? $"pinned to core {core}" : "not pinned")
            + $"; its sample is the median of {options.Steps} steps after {options.WarmUp} to warm up (ten times as many for "
            + "the short tasks). The models and the sizes: `bench/Training`.");
        document.AppendLine();
        document.AppendLine("Again: `./seqcluster bench torch`.");
        return document.ToString();
    }
}
