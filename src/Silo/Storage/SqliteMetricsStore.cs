using MessagePack;
using Microsoft.Data.Sqlite;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Silo.Storage;

/// <summary>Metrics and step reports in the store. A step's report is kept as MessagePack: the ledger reads it whole.</summary>
public sealed class SqliteMetricsStore(SqliteStore store, StoreSignals signals) : IMetricsStore
{
    private static readonly MessagePackSerializerOptions Packing =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <inheritdoc/>
    public async Task Append(WorkerStepReports reports)
    {
        await store.Write(session => Append(session, reports));
        signals.Raise(reports.JobId);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobMetric>> Read(string jobId, string? name, long after, int limit) =>
        store.Read<IReadOnlyList<JobMetric>>(session => session.Query(
            """
            SELECT m.sequence, m.step, n.name, m.value FROM metrics m JOIN metric_names n ON n.key = m.name
            WHERE m.job = (SELECT key FROM job_keys WHERE job_id = $1) AND m.sequence > $2 AND ($3 IS NULL OR n.name = $3)
            ORDER BY m.sequence LIMIT $4
            """,
            // SQLite has no NaN: it was stored as NULL.
            static row => new JobMetric(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.IsDBNull(3) ? double.NaN : row.GetDouble(3)),
            jobId, after, name, limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerStepReports>> ReadSteps(string jobId, int afterStep, int limit) =>
        store.Read<IReadOnlyList<WorkerStepReports>>(session => session.Query(
            """
            SELECT attempt, generation, rank, worker_id, report FROM step_reports
            WHERE job = (SELECT key FROM job_keys WHERE job_id = $1) AND step > $2
            ORDER BY attempt, generation, step, rank LIMIT $3
            """,
            row => Report(jobId, row),
            jobId, afterStep, limit));

    private static void Append(StoreSession session, WorkerStepReports reports)
    {
        var job = session.Keys.Job(session, reports.JobId);
        foreach (var step in reports.Steps)
        {
            session.Execute(
                "INSERT OR REPLACE INTO step_reports(job, attempt, generation, step, rank, worker_id, report) VALUES($1, $2, $3, $4, $5, $6, $7)",
                job, reports.Attempt, reports.Generation, step.Step, reports.Rank, reports.WorkerId,
                MessagePackSerializer.Serialize(step, Packing));
        }

        if (reports.Metrics.Count == 0)
        {
            return;
        }

        var sequence = session.Single<long>("SELECT MAX(sequence) FROM metrics WHERE job = $1", job);
        foreach (var point in reports.Metrics)
        {
            session.Execute(
                "INSERT OR REPLACE INTO metrics(job, step, name, value, sequence) VALUES($1, $2, $3, $4, $5)",
                job, point.Step, session.Keys.MetricName(session, point.Name), double.IsNaN(point.Value) ? null : point.Value, ++sequence);
        }
    }

    private static WorkerStepReports Report(string jobId, SqliteDataReader row) => new()
    {
        JobId = jobId,
        Attempt = row.GetInt32(0),
        Generation = row.GetInt32(1),
        Rank = row.GetInt32(2),
        WorkerId = row.GetString(3),
        Steps = [MessagePackSerializer.Deserialize<StepReport>(row.GetFieldValue<byte[]>(4), Packing)],
        Metrics = [],
    };
}
