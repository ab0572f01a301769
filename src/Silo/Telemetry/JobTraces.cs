using System.Diagnostics;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Silo.Telemetry;

/// <summary>
/// Counts the events of jobs and makes spans out of them: one for the job, under it one for each generation, the events on them. It follows the
/// events on their way into the store and changes nothing about them. A span that a silo has begun ends with that silo.
/// </summary>
internal sealed class JobTraces(IJobEvents inner) : IJobEvents, IDisposable
{
    private const int OpenBound = 1_000;
    private static readonly string[] Finals = ["job.completed", "job.failed", "job.cancelled"];
    private readonly Lock gate = new();
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

    private void Follow(string jobId, JobEventDraft one)
    {
        if (!open.TryGetValue(jobId, out var spans))
        {
            if (open.Count >= OpenBound || Start("job", default, one.At) is not { } job)
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
        }
    }

    // A span of its own in the trace, never the present one of whatever grain call is running.
    private static Activity? Start(string name, ActivityContext parent, DateTimeOffset at)
    {
        var current = Activity.Current;
        Activity.Current = null;
        var started = SiloMeters.Activities.StartActivity(name, ActivityKind.Internal, parent, startTime: at);
        Activity.Current = current;
        return started;
    }

    private static void End(Activity? span, DateTimeOffset at)
    {
        span?.SetEndTime(at.UtcDateTime);
        span?.Dispose();
    }
}
