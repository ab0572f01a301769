using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;
using Orleans.Standin.Reminders;

namespace Orleans.Hosting;

/// <summary>Turns reminders on.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Reminders over the <see cref="IReminderTable"/> that is registered in the services.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        builder.Services.TryAddSingleton<ReminderService>();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, ReminderParticipant>());
        return builder;
    }

    private sealed class ReminderParticipant(ReminderService service) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => service.Participate(lifecycle);
    }
}
