using System.Diagnostics;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Silo.Telemetry;

/// <summary>
/// Counts the events of jobs and makes spans out of them: one for the job, under it one for each generation with the events on them, and under that some of its steps. It follows the
/// events on their way into the store and changes nothing about them. A span that a silo has begun ends with that silo.
/// </summary>
internal sealed class JobTraces(IJobEvents inner, TimeProvider time) : IJobEvents, IDisposable
{
    private const int OpenBound = 1_000;
    private const int FinishedBound = 100;
    private static readonly string[] Finals = ["job.completed", "job.failed", "job.cancelled"];
    private readonly Lock gate = new();
    private readonly Queue<string> finished = new();
    private readonly Dictionary<string, (Activity Job, Activity? Generation)> open = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task Append(string jobId, IReadOnlyList<JobEventDraft> events)
    {
        await inner.Append(jobId, events);
        SiloMeters.Record(events);
        if (SiloMeters.Activities.HasListeners())
        {
            lock (gate)
            {
                foreach (var one in events)
                {
                    Follow(jobId, one);
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> Read(string jobId, long after, int limit) => inner.Read(jobId, after, limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var (job, generation) in open.Values)
            {
                generation?.Dispose();
                job.Dispose();
            }

            open.Clear();
        }
    }

    /// <summary>Steps of a job were stored.</summary>
    public void Follow(WorkerStepReports reports)
    {
        if (!SiloMeters.Activities.HasListeners())
        {
            return;
        }

        lock (gate)
        {
            if (open.TryGetValue(reports.JobId, out var spans) && spans.Generation is { } generation)
            {
                StepSpans.Add(generation.Context, reports, time.GetUtcNow());
            }
        }
    }

    private void Follow(string jobId, JobEventDraft one)
    {
        if (!open.TryGetValue(jobId, out var spans))
        {
            // What the members' end still tells of a job that is over begins no other span.
            if (open.Count >= OpenBound || finished.Contains(jobId) || Start("job", default, one.At) is not { } job)
            {
                return;
            }

            job.SetTag("job", jobId);
            spans = (job, null);
        }

        if (one.Kind == "generation.formed")
        {
            End(spans.Generation, one.At);
            spans.Generation = Start("generation", spans.Job.Context, one.At)?.SetTag("job", jobId);
        }

        (spans.Generation ?? spans.Job).AddEvent(new ActivityEvent(one.Kind, one.At, new ActivityTagsCollection { ["message"] = one.Message }));
        open[jobId] = spans;
        if (Finals.Contains(one.Kind))
        {
            End(spans.Generation, one.At);
            spans.Job.SetStatus(one.Kind == "job.failed" ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
            End(spans.Job, one.At);
            open.Remove(jobId);
            finished.Enqueue(jobId);
            if (finished.Count > FinishedBound)
            {
                finished.Dequeue();
            }
        }
    }

    // A span of its own in the trace, never the present one of whatever grain call is running.
    internal static Activity? Start(string name, ActivityContext parent, DateTimeOffset at)
    {
        var current = Activity.Current;
        Activity.Current = null;
        var started = SiloMeters.Activities.StartActivity(name, ActivityKind.Internal, parent, startTime: at);
        Activity.Current = current;
        return started;
    }

    internal static void End(Activity? span, DateTimeOffset at)
    {
        span?.SetEndTime(at.UtcDateTime);
        span?.Dispose();
    }
}
