using Microsoft.Extensions.DependencyInjection;
using Orleans.Standin.Reminders;

namespace Orleans.Hosting;

/// <summary>Reminders in memory.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Reminders that live as long as the process.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.Services.AddSingleton<IReminderTable, InMemoryReminderTable>();
        return builder.AddReminders();
    }
}
