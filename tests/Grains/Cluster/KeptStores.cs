using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Storage;
using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Membership;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>Events, job index and metrics in memory, kept by the test: they outlive silos.</summary>
internal sealed class KeptStores : IJobEvents, IJobIndex, IMetricsStore, ICheckpointFiles
{
    private readonly object gate = new();
    private readonly List<(string JobId, JobEventDraft Draft)> events = [];
    private readonly List<(string JobId, DateTimeOffset At)> index = [];

    /// <summary>Events are refused as long as it is set.</summary>
    public bool IsAway { get; set; }

    /// <summary>The batches that came, repetitions included.</summary>
    public List<WorkerStepReports> Batches { get; } = [];

    /// <summary>Kinds of a job's events so far, in order.</summary>
    public string[] Kinds(string jobId)
    {
        lock (gate)
        {
            return events.Where(one => one.JobId == jobId).Select(one => one.Draft.Kind).ToArray();
        }
    }

    public Task Append(string jobId, IReadOnlyList<JobEventDraft> drafts)
    {
        lock (gate)
        {
            if (IsAway)
            {
                throw new StoreUnavailableException("the test's store takes no events", isFull: true);
            }

            events.AddRange(drafts.Where(draft => !events.Exists(one => one.JobId == jobId && one.Draft.Key == draft.Key)).Select(draft => (jobId, draft)));
            return Task.CompletedTask;
        }
    }

    Task<IReadOnlyList<JobEvent>> IJobEvents.Read(string jobId, long after, int limit)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<JobEvent>>(events.Where(one => one.JobId == jobId)
                .Select((one, place) => new JobEvent(place + 1, one.Draft.At, one.Draft.Kind, one.Draft.Message))
                .Where(one => one.Sequence > after).Take(limit).ToArray());
        }
    }

    public Task Add(string jobId, DateTimeOffset submittedAt)
    {
        lock (gate)
        {
            if (!index.Exists(one => one.JobId == jobId))
            {
                index.Add((jobId, submittedAt));
            }

            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<string>> List(int limit)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<string>>(index.OrderByDescending(one => one.At)
                .ThenByDescending(one => one.JobId, StringComparer.Ordinal).Take(limit).Select(one => one.JobId).ToArray());
        }
    }

    public Task<string> Append(WorkerStepReports reports)
    {
        lock (gate)
        {
            Batches.Add(reports);
            return Task.FromResult("");
        }
    }

    /// <summary>What was to be kept, call by call.</summary>
    public List<(int Attempt, string[] Kept)> Trims { get; } = [];

    public Task Trim(string jobId, int attempt, IReadOnlyList<string> kept)
    {
        lock (gate)
        {
            Trims.Add((attempt, [.. kept]));
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<WrittenCheckpoint>> FindWhole(string jobId, Func<WrittenCheckpoint, bool> isWanted) =>
        Task.FromResult<IReadOnlyList<WrittenCheckpoint>>([]);

    Task<IReadOnlyList<JobMetric>> IMetricsStore.Read(string jobId, string? name, long after, int limit) => throw new NotSupportedException();

    Task<IReadOnlyList<LedgerStep>> IMetricsStore.ReadSteps(string jobId, int afterStep, int limit) => throw new NotSupportedException();
}
