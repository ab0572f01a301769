namespace SeqCluster.Silo.Storage;

/// <summary>
/// Job ids and metric names as integers, so that a metric's row is a few bytes. What was learned inside a transaction that
/// is rolled back must be forgotten.
/// </summary>
internal sealed class StoreKeys
{
    private const int Bound = 100_000;
    private readonly Dictionary<string, long> jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> metricNames = new(StringComparer.Ordinal);

    /// <summary>The key of a job; makes one for a new id. Only inside a write.</summary>
    public long Job(StoreSession session, string jobId) => KeyOf(
        session, jobs, jobId, "SELECT key FROM job_keys WHERE job_id = $1", "INSERT INTO job_keys(job_id) VALUES($1)");

    /// <summary>The key of a metric's name; makes one for a new name. Only inside a write.</summary>
    public long MetricName(StoreSession session, string name) => KeyOf(
        session, metricNames, name, "SELECT key FROM metric_names WHERE name = $1", "INSERT INTO metric_names(name) VALUES($1)");

    /// <summary>After a rollback.</summary>
    public void Forget()
    {
        jobs.Clear();
        metricNames.Clear();
    }

    private static long KeyOf(StoreSession session, Dictionary<string, long> known, string text, string select, string insert)
    {
        if (known.TryGetValue(text, out var key))
        {
            return key;
        }

        // Integer primary keys start at 1: 0 is "no row".
        key = session.Single<long>(select, text);
        if (key == 0)
        {
            session.Execute(insert, text);
            key = session.Single<long>(select, text);
        }

        if (known.Count >= Bound)
        {
            known.Clear();
        }

        known.Add(text, key);
        return key;
    }
}
