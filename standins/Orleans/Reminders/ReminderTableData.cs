namespace Orleans;

/// <summary>Rows of a reminder table.</summary>
[GenerateSerializer]
public sealed class ReminderTableData(IEnumerable<ReminderEntry> list)
{
    /// <summary>The rows.</summary>
    [Id(0)]
    public IList<ReminderEntry> Reminders { get; private set; } = [.. list];
}
