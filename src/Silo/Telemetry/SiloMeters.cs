using System.Diagnostics;
using System.Diagnostics.Metrics;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Silo.Telemetry;

/// <summary>What the silo measures of itself and sees of the jobs; the meter and the activity source are both named SeqCluster.</summary>
internal static class SiloMeters
{
    public const string Name = "SeqCluster";
    private const string PhaseSuffix = "_ms";
    private const string WorkerPrefix = "worker/";

    public static readonly ActivitySource Activities = new(Name);
    public static readonly Meter Meter = new(Name);

    public static readonly Counter<long> FramesReceived =
        Meter.CreateCounter<long>("seqcluster.gateway.frames", "{frame}", "Frames that came from workers.");

    public static readonly Counter<long> ConnectionsRefused =
        Meter.CreateCounter<long>("seqcluster.gateway.refused", "{connection}", "Worker connections that were refused.");

    public static readonly Counter<long> WorkersLost =
        Meter.CreateCounter<long>("seqcluster.gateway.lost", "{worker}", "Workers that the grains were told are gone.");

    public static readonly Counter<long> WorkerRestarts =
        Meter.CreateCounter<long>("seqcluster.local_workers.restarts", "{restart}", "Local worker processes that were started again.");

    public static readonly Counter<long> WritesRefused =
        Meter.CreateCounter<long>("seqcluster.store.refused", "{write}", "Writes that the store did not take, because of its disk.");

    private static readonly Counter<long> StepsReported =
        Meter.CreateCounter<long>("seqcluster.job.steps", "{step}", "Steps that were reported and the store holds.");

    private static readonly InstrumentAdvice<double> PhaseBuckets =
        new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000] };

    private static readonly Histogram<double> PhaseDuration =
        Meter.CreateHistogram<double>("seqcluster.step.phase.duration", "ms", "Time of one phase of one step on one worker.", tags: null, PhaseBuckets);

    private static readonly Gauge<double> Loss =
        Meter.CreateGauge<double>("seqcluster.job.loss", "nats", "Mean loss per target of the step that was reported last.");

    private static readonly Counter<long> JobEvents =
        Meter.CreateCounter<long>("seqcluster.job.events", "{event}", "Changes of jobs' states, by kind.");

    /// <summary>Events of a job were stored.</summary>
    public static void Record(IReadOnlyList<JobEventDraft> events)
    {
        foreach (var one in events)
        {
            JobEvents.Add(1, new KeyValuePair<string, object?>("kind", one.Kind));
        }
    }

    /// <summary>A batch was stored.</summary>
    public static void Record(WorkerStepReports reports)
    {
        var job = new KeyValuePair<string, object?>("job", reports.JobId);
        StepsReported.Add(reports.Steps.Count, job);
        if (!PhaseDuration.Enabled && !Loss.Enabled)
        {
            return;
        }

        foreach (var point in reports.Metrics)
        {
            if (point.Name == "train/loss")
            {
                Loss.Record(point.Value, job);
            }
            else if (point.Name.StartsWith(WorkerPrefix, StringComparison.Ordinal) && point.Name.EndsWith(PhaseSuffix, StringComparison.Ordinal))
            {
                var phase = point.Name[(point.Name.LastIndexOf('/') + 1)..^PhaseSuffix.Length];
                PhaseDuration.Record(point.Value, job, new("rank", reports.Rank), new("phase", phase));
            }
        }
    }
}
