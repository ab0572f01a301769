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
    public async Task<string> Append(WorkerStepReports reports)
    {
        var contradiction = await store.Write(session =>
        {
            var job = session.Keys.Job(session, reports.JobId);
            Upsert(session, job, reports);
            return Keep(session, job, reports);
        });
        signals.Raise(reports.JobId);
        return contradiction;
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
    public Task<IReadOnlyList<LedgerStep>> ReadSteps(string jobId, int afterStep, int limit) =>
        store.Read<IReadOnlyList<LedgerStep>>(session => session.Query(
            """
            SELECT attempt, generation, report FROM ledger
            WHERE job = (SELECT key FROM job_keys WHERE job_id = $1) AND step > $2
                AND step <= (SELECT MAX(step) FROM (
                    SELECT DISTINCT step FROM ledger WHERE job = (SELECT key FROM job_keys WHERE job_id = $1) AND step > $2 ORDER BY step LIMIT $3))
            ORDER BY step, attempt, generation
            """,
            static row => Step(Kept(row)),
            jobId, afterStep, limit));

    // The first report of a generation's step stays. What another one says otherwise is told, also when it is told again.
    private static string Keep(StoreSession session, long job, WorkerStepReports reports)
    {
        var contradiction = "";
        foreach (var step in reports.Steps)
        {
            var known = session.Query("SELECT attempt, generation, report FROM ledger WHERE job = $1 AND step = $2", Kept, job, step.Step);
            foreach (var (attempt, generation, report) in known)
            {
                if (contradiction.Length == 0 && report.Contradiction(step) is { } difference)
                {
                    contradiction = $"{difference} (of attempt {attempt} generation {generation}, and of attempt {reports.Attempt} generation {reports.Generation} told by {reports.WorkerId})";
                }
            }

            if (!known.Any(one => (one.Attempt, one.Generation) == (reports.Attempt, reports.Generation)))
            {
                session.Execute(
                    "INSERT INTO ledger(job, step, attempt, generation, report) VALUES($1, $2, $3, $4, $5)",
                    job, step.Step, reports.Attempt, reports.Generation, MessagePackSerializer.Serialize(step, Packing));
            }
        }

        return contradiction;
    }

    private static void Upsert(StoreSession session, long job, WorkerStepReports reports)
    {
        if (reports.Metrics.Count == 0)
        {
            return;
        }

        var sequence = session.Single<long>("SELECT MAX(sequence) FROM metrics WHERE job = $1", job);
        foreach (var point in reports.Metrics)
        {
            // A number that is used by nobody is a gap; readers go by the order alone.
            session.Execute(
                """
                INSERT INTO metrics(job, step, name, value, sequence, attempt, generation) VALUES($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT(job, step, name) DO UPDATE SET
                    value = excluded.value, sequence = excluded.sequence, attempt = excluded.attempt, generation = excluded.generation
                WHERE (excluded.attempt, excluded.generation) > (attempt, generation) AND excluded.value IS NOT value
                """,
                job, point.Step, session.Keys.MetricName(session, point.Name), double.IsNaN(point.Value) ? null : point.Value, ++sequence,
                reports.Attempt, reports.Generation);
        }
    }

    private static (int Attempt, int Generation, StepReport Report) Kept(SqliteDataReader row) =>
        (row.GetInt32(0), row.GetInt32(1), MessagePackSerializer.Deserialize<StepReport>(row.GetFieldValue<byte[]>(2), Packing));

    private static LedgerStep Step((int Attempt, int Generation, StepReport Report) kept) =>
        new(kept.Attempt, kept.Generation, kept.Report.Step, kept.Report.Epoch, kept.Report.Replicas);
}
