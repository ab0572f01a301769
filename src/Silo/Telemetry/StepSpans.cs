using System.Diagnostics;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Silo.Telemetry;

/// <summary>
/// Makes spans out of some steps that a worker reported: the first ones and every hundredth, so that a job of any length costs a
/// collector little. Workers report durations, not times: the last step of a batch is taken to end when the batch comes, which
/// is some tenths of a second late, and those before it to follow each other.
/// </summary>
internal static class StepSpans
{
    private const int FirstSteps = 3;
    private const int Every = 100;
    private const string DurationSuffix = "_ms";

    /// <summary>Whether a step becomes a span.</summary>
    public static bool IsTraced(int step) => step <= FirstSteps || step % Every == 0;

    /// <summary>Adds the spans of a batch.</summary>
    /// <param name="generation">The span that they are part of.</param>
    /// <param name="reports">The batch.</param>
    /// <param name="arrived">When it came.</param>
    public static void Add(ActivityContext generation, WorkerStepReports reports, DateTimeOffset arrived)
    {
        var phases = reports.Metrics.Where(static point => point.Name.EndsWith(DurationSuffix, StringComparison.Ordinal)).ToLookup(static point => point.Step);
        if (!phases.Any(static step => IsTraced(step.Key)))
        {
            return;
        }

        var end = arrived.UtcDateTime;
        foreach (var step in phases.Select(static step => step.Key).OrderDescending())
        {
            var start = end - TimeSpan.FromMilliseconds(phases[step].Sum(static phase => phase.Value));
            if (IsTraced(step) && JobTraces.Start("step", generation, start) is { } span)
            {
                span.SetTag("job", reports.JobId).SetTag("step", step).SetTag("rank", reports.Rank);
                foreach (var phase in phases[step])
                {
                    span.SetTag(phase.Name[(phase.Name.LastIndexOf('/') + 1)..], phase.Value);
                }

                JobTraces.End(span, end);
            }

            end = start;
        }
    }
}
