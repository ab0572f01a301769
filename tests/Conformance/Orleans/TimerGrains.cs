using Orleans;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

public interface ITimerGrain : IGrainWithStringKey
{
    Task StartAsync(GrainTimerKind kind, TimeSpan due, TimeSpan period);

    /// <summary>Starts a timer, and one beside it that interleaves, inside a call that lasts until the gate opens.</summary>
    Task HoldWithBothKindsAsync(string gate, TimeSpan period);

    Task ChangeAsync(TimeSpan due, TimeSpan period);

    /// <summary>Starts the timer anew and disposes it in the same turn.</summary>
    Task ChangeAndStopAsync(TimeSpan due);

    Task StopAsync();

    Task EndAsync();

    /// <summary>A turn that does nothing.</summary>
    Task ReturnAsync();
}

public enum GrainTimerKind
{
    Callback,
    CallbackWithToken,
    CallbackWithState,
    CallbackWithStateAndToken,
    Plain,
    Interleaving,
    Failing,
}

public class TimerGrain : Grain, ITimerGrain
{
    private IGrainTimer? timer;
    private int count;

    public Task StartAsync(GrainTimerKind kind, TimeSpan due, TimeSpan period)
    {
        var options = new GrainTimerCreationOptions(due, period);
        timer = kind switch
        {
            GrainTimerKind.Callback => this.RegisterGrainTimer(() => TickAsync("tick"), due, period),
            GrainTimerKind.CallbackWithToken => this.RegisterGrainTimer((CancellationToken _) => TickAsync("tick"), due, period),
            GrainTimerKind.CallbackWithState => this.RegisterGrainTimer(TickAsync, "tick", due, period),
            GrainTimerKind.CallbackWithStateAndToken =>
                this.RegisterGrainTimer((string word, CancellationToken _) => TickAsync(word), "tick", due, period),
            GrainTimerKind.Plain => this.RegisterGrainTimer((CancellationToken _) => TickAsync("tick"), options),
            GrainTimerKind.Interleaving => this.RegisterGrainTimer(
                () => TickAsync("tick"), new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = true, KeepAlive = true }),
            _ => this.RegisterGrainTimer(
                (string word, CancellationToken _) => FailAsync(word), "tick", options),
        };
        return Task.CompletedTask;
    }

    public async Task HoldWithBothKindsAsync(string gate, TimeSpan period)
    {
        Probe beside = Probe.Of(gate + "beside");
        await StartAsync(GrainTimerKind.Plain, period, period);
        using IGrainTimer interleaving = this.RegisterGrainTimer(
            () =>
            {
                beside.Tell("tick");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions { DueTime = period, Period = period, Interleave = true });
        await Probe.Of(gate).Gate;
    }

    public Task ChangeAsync(TimeSpan due, TimeSpan period)
    {
        timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task ChangeAndStopAsync(TimeSpan due)
    {
        timer!.Change(due, due);
        return StopAsync();
    }

    public Task StopAsync()
    {
        timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task ReturnAsync() => Task.CompletedTask;

    private Task TickAsync(string word)
    {
        Probe.Of(this.GetPrimaryKeyString()).Tell($"{word} {++count}");
        return Task.CompletedTask;
    }

    private async Task FailAsync(string word)
    {
        await TickAsync(word);
        throw new InvalidDataException("A failing tick.");
    }
}

public interface IReminderGrain : IGrainWithStringKey
{
    Task StartAsync(string name, TimeSpan due, TimeSpan period);

    Task<bool> StopAsync(string name);

    Task<string[]> NamesAsync();

    Task StopWithAStaleHandleAsync(string name);

    Task EndAsync();
}

public class ReminderGrain : Grain, IReminderGrain, IRemindable
{
    public async Task StartAsync(string name, TimeSpan due, TimeSpan period)
    {
        IGrainReminder reminder = await this.RegisterOrUpdateReminder(name, due, period);
        Assert.Equal(name, reminder.ReminderName);
    }

    public async Task<bool> StopAsync(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task StopWithAStaleHandleAsync(string name)
    {
        TimeSpan period = TimeSpan.FromHours(1);
        IGrainReminder stale = await this.RegisterOrUpdateReminder(name, period, period);
        await this.RegisterOrUpdateReminder(name, period, period);
        await this.UnregisterReminder(stale);
    }

    public async Task<string[]> NamesAsync() => [.. (await this.GetReminders()).Select(r => r.ReminderName).Order()];

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Of(this.GetPrimaryKeyString()).Tell("deactivated");
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // A timer may be a moment early by the clock.
        bool isDue = status.CurrentTickTime > status.FirstTickTime - TimeSpan.FromMilliseconds(50);
        Probe.Of(this.GetPrimaryKeyString()).Tell($"{reminderName} due {isDue} every {status.Period.TotalMilliseconds} ms");
        return Task.CompletedTask;
    }
}

public interface IForgetfulGrain : IGrainWithStringKey
{
    Task StartAsync();
}

public class ForgetfulGrain : Grain, IForgetfulGrain
{
    public Task StartAsync() => this.RegisterOrUpdateReminder("r", TimeSpan.Zero, TimeSpan.FromMinutes(1));
}
