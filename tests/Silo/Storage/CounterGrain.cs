using SeqCluster.Grains;

namespace SeqCluster.Silo.Tests.Storage;

public sealed class CounterGrain([PersistentState("counter", ControlPlane.Storage)] IPersistentState<CounterState> stored)
    : Grain, ICounterGrain, IRemindable
{
    public async Task<int> Add()
    {
        stored.State.Value++;
        await stored.WriteStateAsync();
        return stored.State.Value;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Remind(string name) => this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public async Task<IReadOnlyList<string>> Reminders() =>
        (await this.GetReminders()).Select(reminder => reminder.ReminderName).ToList();

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
