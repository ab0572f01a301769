using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Training;

/// <summary>
/// Alternates the two sides in one sitting. Each sample is a fresh process; the side that goes first changes from run to
/// run, so that neither always meets the warmer machine.
/// </summary>
public sealed class Comparison(Contender peer, ComparisonOptions options, Action<string> progress)
{
    /// <summary>What the sides said of themselves, by the contender's name; complete after <see cref="RunAsync"/>.</summary>
    public Dictionary<string, TaskReport> Descriptions { get; } = [];

    /// <summary>Measures every row <see cref="ComparisonOptions.Runs"/> times.</summary>
    public async Task<IReadOnlyList<(Row Row, PairedRatio Ratio)>> RunAsync(CancellationToken cancellation)
    {
        var samples = options.Rows.ToDictionary(row => row, _ => (Ours: new List<double>(), Peer: new List<double>()));
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var row in options.Rows)
            {
                var oursFirst = run % 2 == 0;
                var first = await SampleAsync(oursFirst ? Contender.Ours : peer, row, cancellation);
                var second = await SampleAsync(oursFirst ? peer : Contender.Ours, row, cancellation);
                var (our, their) = oursFirst ? (first, second) : (second, first);
                samples[row].Ours.Add(our);
                samples[row].Peer.Add(their);
                progress($"run {run + 1}/{options.Runs}  {row.Name}: {our * row.UnitsPerSecond:0.0} {row.Unit} against "
                    + $"{their * row.UnitsPerSecond:0.0}, ratio {our / their:0.000}");
            }
        }

        return [.. options.Rows.Select(row => (row, PairedRatio.Of(samples[row].Ours, samples[row].Peer)))];
    }

    /// <summary>One sample of one row, in seconds.</summary>
    private async Task<double> SampleAsync(Contender side, Row row, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--steps", $"{options.Steps * row.SampleFactor}", "--warm-up", $"{options.WarmUp * row.SampleFactor}",
        ];
        var (report, firstLineAfter) = await side.RunAsync(row.Task, arguments, options.Core, cancellation);
        if (row.Task == TorchTask.Start)
        {
            return firstLineAfter.TotalSeconds;
        }

        Descriptions[side.Name] = report;
        return Median.Of(report.Seconds);
    }
}
