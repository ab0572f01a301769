using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Standin.Reminders;

namespace Orleans;

/// <summary>Reminders of a grain: they survive its deactivation, and with a persistent table the silo's restart.</summary>
public static class GrainReminderExtensions
{
    /// <summary>Sets a reminder; one of the same name is replaced.</summary>
    /// <exception cref="ArgumentException">The period is shorter than <c>ReminderOptions.MinimumReminderPeriod</c>.</exception>
    /// <exception cref="InvalidOperationException">The grain is not <see cref="IRemindable"/>.</exception>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(
        this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        CheckName(reminderName);
        GrainId id = grain.GrainContext.GrainId;
        return grain is IRemindable
            ? ServiceOf(grain).RegisterAsync(id, reminderName, dueTime, period)
            : throw new InvalidOperationException(
                $"Grain {id} is not 'IRemindable'. A grain should implement IRemindable to use the persistent reminder service");
    }

    /// <summary>Ends a reminder.</summary>
    /// <exception cref="ReminderException">The reminder was changed since the handle was made.</exception>
    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) => ServiceOf(grain).UnregisterAsync(reminder);

    /// <summary>A handle of a reminder; null when there is none.</summary>
    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
    {
        CheckName(reminderName);
        return ServiceOf(grain).GetAsync(grain.GrainContext.GrainId, reminderName);
    }

    /// <summary>Handles of all the grain's reminders.</summary>
    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) => ServiceOf(grain).GetAllAsync(grain.GrainContext.GrainId);

    private static ReminderService ServiceOf(IGrainBase grain)
    {
        if (RuntimeContext.Current is null)
        {
            throw new InvalidOperationException("Attempted to access grain from a non-grain context, such as a background thread,"
                + " which is invalid. Ensure that you are only accessing grain functionality from within the context of a grain.");
        }

        return grain.GrainContext.ActivationServices.GetService<ReminderService>() ?? throw new OrleansConfigurationException(
            "The reminder service has not been configured: call ISiloBuilder.UseInMemoryReminderService() or AddReminders().");
    }

    private static void CheckName(string reminderName)
    {
        if (string.IsNullOrWhiteSpace(reminderName))
        {
            throw new ArgumentNullException(nameof(reminderName));
        }
    }
}
