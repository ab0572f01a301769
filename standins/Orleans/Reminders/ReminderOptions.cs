namespace Orleans.Hosting;

/// <summary>Bounds of reminders.</summary>
public sealed class ReminderOptions
{
    /// <summary>The shortest period that a grain may ask for.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the table is read again, for rows that others have written.</summary>
    public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);
}
