namespace Orleans.Runtime;

/// <summary>A handle of a reminder.</summary>
public interface IGrainReminder
{
    /// <summary>Its name among its grain's reminders.</summary>
    string ReminderName { get; }
}
