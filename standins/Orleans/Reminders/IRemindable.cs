using Orleans.Runtime;

namespace Orleans;

/// <summary>The contract of grains that have reminders.</summary>
public interface IRemindable : IGrain
{
    /// <summary>A reminder ticks; it activates the grain when that is not active.</summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}
