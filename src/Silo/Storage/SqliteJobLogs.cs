using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Storage;

/// <summary>The log lines of jobs in the store.</summary>
public sealed class SqliteJobLogs(SqliteStore store, StoreSignals signals) : IJobLogs
{
    /// <inheritdoc/>
    public async Task Append(string jobId, IReadOnlyList<JobLogLine> lines)
    {
        await store.Write(session =>
        {
            var last = session.Single<long>("SELECT MAX(sequence) FROM logs WHERE job_id = $1", jobId);
            foreach (var line in lines)
            {
                session.Execute(
                    "INSERT INTO logs(job_id, sequence, at_ticks, worker_id, line) VALUES($1, $2, $3, $4, $5)",
                    jobId, ++last, line.At.UtcTicks, line.WorkerId, line.Text);
            }
        });
        signals.Raise(jobId);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobLogLine>> Read(string jobId, long after, int limit) =>
        store.Read<IReadOnlyList<JobLogLine>>(session => session.Query(
            "SELECT sequence, at_ticks, worker_id, line FROM logs WHERE job_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            static row => new JobLogLine(row.GetInt64(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero), row.GetString(2), row.GetString(3)),
            jobId, after, limit));
}
