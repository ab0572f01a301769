namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>A reminder table that outlives silos.</summary>
internal sealed class KeptReminders : IReminderTable
{
    private readonly Dictionary<(GrainId, string), ReminderEntry> rows = [];
    private int version;

    /// <summary>How many reminders there are.</summary>
    public int Count
    {
        get
        {
            lock (rows)
            {
                return rows.Count;
            }
        }
    }

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Read(row => row.GrainId == grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Read(_ => true);

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        lock (rows)
        {
            return Task.FromResult(rows.GetValueOrDefault((grainId, reminderName)));
        }
    }

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        lock (rows)
        {
            entry.ETag = $"{++version}";
            rows[(entry.GrainId, entry.ReminderName)] = entry;
            return Task.FromResult<string?>(entry.ETag);
        }
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        lock (rows)
        {
            return Task.FromResult(rows.Remove((grainId, reminderName)));
        }
    }

    public Task TestOnlyClearTable() => throw new NotSupportedException();

    private Task<ReminderTableData> Read(Func<ReminderEntry, bool> wanted)
    {
        lock (rows)
        {
            return Task.FromResult(new ReminderTableData(rows.Values.Where(wanted).ToList()));
        }
    }
}
