using SeqCluster.Client.Sdk;
using SeqCluster.Pictures;

namespace SeqCluster.Client.Watching;

/// <summary>Draws a job's losses over its steps from the metrics that the silo has stored.</summary>
internal static class LossPlot
{
    private const string TrainMetric = "train/loss";
    private const string ValidationMetric = "validation/loss";

    /// <summary>The drawing, as SVG.</summary>
    /// <exception cref="WrongInputException">The job has not told a loss yet.</exception>
    public static async Task<string> DrawAsync(SeqClusterClient client, string jobId, CancellationToken cancellation)
    {
        // By step: an attempt that repeats a step replaces what was.
        var (train, validation) = (new SortedDictionary<int, double>(), new SortedDictionary<int, double>());
        var after = 0L;
        while (await client.GetMetricsAsync(jobId, after, cancellation) is { Count: > 0 } page)
        {
            foreach (var metric in page)
            {
                (metric.Name switch { TrainMetric => train, ValidationMetric => validation, _ => null })?[metric.Step] = metric.Value;
                after = Math.Max(after, metric.Sequence);
            }
        }

        if (!train.Values.Concat(validation.Values).Any(double.IsFinite))
        {
            throw new WrongInputException($"{jobId} has told no loss yet: there is nothing to draw");
        }

        var curves = new[] { (Name: "train", Points: train), (Name: "validation", Points: validation) };
        return new LineChart
        {
            Title = jobId,
            HorizontalLabel = "step",
            VerticalLabel = "loss, nats a target",
            Curves = [.. curves.Where(curve => curve.Points.Count > 0).Select(curve =>
                (curve.Name, (IReadOnlyList<(double X, double Y)>)[.. curve.Points.Select(point => ((double)point.Key, point.Value))]))],
        }.ToSvg();
    }
}
