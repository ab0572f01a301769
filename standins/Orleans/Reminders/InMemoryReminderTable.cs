using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;
using Orleans.Standin.Serialization;

namespace Orleans.Standin.Reminders;

/// <summary>A table that lives as long as the process, for development.</summary>
internal sealed class InMemoryReminderTable : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId, string), ReminderEntry> rows = new();
    private long version;

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Select(row => row.GrainId == grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Select(row =>
    {
        uint hash = row.GrainId.GetUniformHashCode();
        return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    });

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(rows.TryGetValue((grainId, reminderName), out ReminderEntry? row) ? Copy(row) : null);

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        ReminderEntry row = Copy(entry);
        row.ETag = Interlocked.Increment(ref version).ToString(CultureInfo.InvariantCulture);
        rows[(entry.GrainId, entry.ReminderName)] = row;
        return Task.FromResult<string?>(row.ETag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Task.FromResult(
        rows.TryGetValue((grainId, reminderName), out ReminderEntry? row)
        && row.ETag == eTag
        && rows.TryRemove(KeyValuePair.Create((grainId, reminderName), row)));

    public Task TestOnlyClearTable()
    {
        rows.Clear();
        return Task.CompletedTask;
    }

    private Task<ReminderTableData> Select(Func<ReminderEntry, bool> matches) =>
        Task.FromResult(new ReminderTableData(rows.Values.Where(matches).Select(Copy)));

    private static ReminderEntry Copy(ReminderEntry row) => new CopyContext().Copy(row);
}
