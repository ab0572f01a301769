using Orleans.Runtime;

namespace Orleans;

/// <summary>Where reminders are kept. Registered in the host's services; one that keeps them on disk survives restarts.</summary>
public interface IReminderTable
{
    /// <summary>Prepares the table, before the silo takes calls.</summary>
    Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>The reminders of a grain.</summary>
    Task<ReminderTableData> ReadRows(GrainId grainId);

    /// <summary>
    /// The reminders whose grain's hash is above <paramref name="begin"/> and at most <paramref name="end"/>, around zero
    /// when the range wraps; equal bounds mean all.
    /// </summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);

    /// <summary>One reminder; null when there is none.</summary>
    Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

    /// <summary>Writes a reminder whatever its ETag is, and returns the new ETag; null when the write lost a race.</summary>
    Task<string?> UpsertRow(ReminderEntry entry);

    /// <summary>Deletes a reminder when its ETag is this one; false otherwise.</summary>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

    /// <summary>Deletes everything; for tests.</summary>
    Task TestOnlyClearTable();

    /// <summary>Runs when the silo stops.</summary>
    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
