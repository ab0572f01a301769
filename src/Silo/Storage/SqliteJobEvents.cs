using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Jobs;

namespace SeqCluster.Silo.Storage;

/// <summary>The events of jobs in the store.</summary>
public sealed class SqliteJobEvents(SqliteStore store, StoreSignals signals) : IJobEvents
{
    /// <inheritdoc/>
    public async Task Append(string jobId, IReadOnlyList<JobEventDraft> events)
    {
        await store.Write(session =>
        {
            var last = session.Single<long>("SELECT MAX(sequence) FROM events WHERE job_id = $1", jobId);
            foreach (var draft in events)
            {
                // An event that is there already takes no number: the sequence has no gap.
                last += session.Execute(
                    "INSERT INTO events(job_id, sequence, event_key, at_ticks, kind, message) VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT(job_id, event_key) DO NOTHING",
                    jobId, last + 1, draft.Key, draft.At.UtcTicks, draft.Kind, draft.Message);
            }
        });
        signals.Raise(jobId);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> Read(string jobId, long after, int limit) =>
        store.Read<IReadOnlyList<JobEvent>>(session => session.Query(
            "SELECT sequence, at_ticks, kind, message FROM events WHERE job_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            static row => new JobEvent(row.GetInt64(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero), row.GetString(2), row.GetString(3)),
            jobId, after, limit));
}
