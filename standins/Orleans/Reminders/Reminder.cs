using Orleans.Runtime;

namespace Orleans.Standin.Reminders;

/// <summary>The handle that grains get; the ETag is the row's when it was read.</summary>
[GenerateSerializer, Immutable]
internal sealed record Reminder(GrainId GrainId, string ReminderName, string ETag) : IGrainReminder;
