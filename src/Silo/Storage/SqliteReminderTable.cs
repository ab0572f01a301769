using Microsoft.Data.Sqlite;
using Orleans.Runtime;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// Reminders in the store. Ranges are told by the hash that the runtime computes now, not by a stored one: it differs between
/// Orleans versions, and the rows (one for each unfinished job) are few.
/// </summary>
public sealed class SqliteReminderTable(SqliteStore store) : IReminderTable
{
    private const string Columns = "SELECT grain_id, name, start_ticks, period_ticks, etag FROM reminders";

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId) => new(await store.Read(session =>
        session.Query($"{Columns} WHERE grain_id = $1", Entry, grainId.ToString())));

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var rows = await store.Read(session => session.Query(Columns, Entry));
        return new(rows.Where(row =>
        {
            var hash = row.GrainId.GetUniformHashCode();
            return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
        }));
    }

    /// <inheritdoc/>
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var rows = await store.Read(session =>
            session.Query($"{Columns} WHERE grain_id = $1 AND name = $2", Entry, grainId.ToString(), reminderName));
        return rows.FirstOrDefault();
    }

    /// <inheritdoc/>
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var etag = Guid.NewGuid().ToString("N");
        var (grainId, name, start, period) = (entry.GrainId.ToString(), entry.ReminderName, entry.StartAt.Ticks, entry.Period.Ticks);
        await store.Write(session => session.Execute(
            "INSERT OR REPLACE INTO reminders(grain_id, name, start_ticks, period_ticks, etag) VALUES($1, $2, $3, $4, $5)",
            grainId, name, start, period, etag));
        return etag;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => store.Write(session => session.Execute(
        "DELETE FROM reminders WHERE grain_id = $1 AND name = $2 AND etag = $3", grainId.ToString(), reminderName, eTag) > 0);

    /// <inheritdoc/>
    public Task TestOnlyClearTable() => store.Write(session => session.Execute("DELETE FROM reminders"));

    private static ReminderEntry Entry(SqliteDataReader row) => new()
    {
        GrainId = GrainId.Parse(row.GetString(0)),
        ReminderName = row.GetString(1),
        StartAt = new DateTime(row.GetInt64(2), DateTimeKind.Utc),
        Period = new TimeSpan(row.GetInt64(3)),
        ETag = row.GetString(4),
    };
}
