using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SeqCluster.Bench.Measurement;
using SeqCluster.Bench.Training;

namespace SeqCluster.Bench.Decoding;

/// <summary><c>decoding</c>: each model's cached decoding against full recomputation, one thread.</summary>
public static class DecodingCommand
{
    private const string ReportName = "decoding.md";

    private static readonly IReadOnlyList<Func<int, DecodingRow>> Rows =
        [TransformerDecoding.MeasureLanguageModel, TransformerDecoding.MeasureTranslation, WaveNetDecoding.Measure];

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Runs of each cached decoding, and pairs of training steps.", DefaultValueFactory = _ => 5 };
        var json = new Option<bool>("--json") { Description = "End with the result as one line of JSON." };
        var command = new Command("decoding", "Cached decoding against full recomputation, one thread each; and WaveNet's training step.\n\n"
            + "Example:\n  seqcluster bench decoding --json")
        {
            runs, json,
        };
        command.SetAction(parsed => Run(parsed.GetValue(runs), parsed.GetValue(json)));
        return command;
    }

    private static int Run(int runs, bool json)
    {
        NumericalSettings.Apply();
        var loadBefore = Machine.Load();
        List<DecodingRow> rows = [.. Rows.Select(measure => measure(runs))];
        var step = WaveNetStep.Measure(runs);
        var report = Markdown(rows, step, runs, loadBefore);
        File.WriteAllText(Repository.ResultPath(ReportName), report);
        Console.Out.Write(report);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                rows = rows.Select(row => new { name = row.Name, cached_seconds = Median.Of(row.CachedSeconds), full_seconds = row.FullSeconds, ratio = Ratio(row) }),
                wavenet_step_ratio = step.Ratio,
            }));
        }

        return 0;
    }

    private static double Ratio(DecodingRow row) => row.FullSeconds / Median.Of(row.CachedSeconds);

    private static string Markdown(IReadOnlyList<DecodingRow> rows, PairedRatio step, int runs, double loadBefore)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.AppendLine("# Cached decoding against full recomputation").AppendLine();
        text.AppendLine(culture, $"Machine: {Machine.Describe()}. One thread. Load average before {loadBefore:0.00}, after {Machine.Load():0.00}; up to 1 of the latter is the benchmark's own.").AppendLine();
        text.AppendLine("| | cached | full | ratio | bound | | largest difference of a score |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            text.AppendLine(culture, $"| {row.Name} | {Median.Of(row.CachedSeconds):0.000} s ({row.CachedSeconds.Min():0.000}–{row.CachedSeconds.Max():0.000}) | {row.FullSeconds:0.0} s ({row.FullMeasured}) | {Ratio(row):0} | ≥ {row.Bound:0} | {(Ratio(row) >= row.Bound ? "met" : "**missed**")} | {row.LargestDifference:0.0e+0} |");
        }

        text.AppendLine().AppendLine(culture, $"Cached times: the median of {runs} runs, with the lowest and the highest. The weights are random: they do not matter for the time.").AppendLine();
        text.AppendLine("## WaveNet's training step").AppendLine();
        text.AppendLine(culture, $"The product's WaveNet {step.Ours * 1_000:0.0} ms, the benchmark's own model of the same sizes {step.Peer * 1_000:0.0} ms, ratio {step.Ratio:0.000} (median of {runs} pairs, {step.Lowest:0.000}–{step.Highest:0.000}).").AppendLine();
        text.AppendLine("Again: `./seqcluster bench decoding`.");
        return text.ToString();
    }
}
