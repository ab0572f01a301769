using SeqCluster.Grains.Jobs;

namespace SeqCluster.Silo.Storage;

/// <summary>Which jobs there are, in the store.</summary>
public sealed class SqliteJobIndex(SqliteStore store) : IJobIndex
{
    /// <inheritdoc/>
    public Task Add(string jobId, DateTimeOffset submittedAt) => store.Write(session => session.Execute(
        "INSERT INTO jobs(job_id, submitted_ticks) VALUES($1, $2) ON CONFLICT DO NOTHING", jobId, submittedAt.UtcTicks));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> List(int limit) => store.Read<IReadOnlyList<string>>(session => session.Query(
        "SELECT job_id FROM jobs ORDER BY submitted_ticks DESC, job_id DESC LIMIT $1", static row => row.GetString(0), limit));
}
